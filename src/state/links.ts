import type { Link } from '../domain/link.ts'
import {
  atomically,
  chunks,
  each,
  lastOfEach,
  lookUp,
  pages,
  ROWS_PER_PAGE,
  ROWS_PER_STATEMENT,
} from './rows/batches.ts'
import { fromFlag, toFlag } from './rows/codec.ts'
import { type DomainTable, domainsByConnector, removeDomains } from './rows/remove-domains.ts'
import type { Database, LinkRow } from './rows/tables.ts'

/** A record that several accounts are linked to. */
export interface SharedRecord {
  object: string
  remoteId: string
  /** In byte order, at least two. */
  domains: readonly string[]
}

/** What ends when a link is made. A run never looks for ignored accounts; a person who links one has changed their mind. */
const ENDED_BY_A_LINK: readonly DomainTable[] = ['ambiguities', 'absences', 'ignored', 'lostLinks']

export type Links = ReturnType<typeof linksOf>

export function linksOf(db: Database) {
  /** By domain; the keyset of a list over all connectors needs the connector too. */
  const listPages = (connector: string | undefined, size: number) =>
    pages<LinkRow>(size, after => {
      const next = db
        .selectFrom('links')
        .selectAll()
        .where(({ eb, refTuple, tuple }) =>
          eb(refTuple('connector', 'domain'), '>', tuple(after?.connector ?? '', after?.domain ?? '')),
        )
        .orderBy('connector')
        .orderBy('domain')
        .limit(size)
      return (connector === undefined ? next : next.where('connector', '=', connector)).execute()
    })

  return {
    /**
     * Makes or changes links; what was remembered of the accounts as absent, ambiguous or ignored ends. A link made by hand gives
     * way only to another with `by: 'hand'`: to stamp or move one (the CRM merged its record), pass its own `by`.
     */
    put: (batch: readonly Link[]): Promise<void> =>
      atomically(db, async inside => {
        await putLinks(inside, batch)
        for (const [connector, domains] of domainsByConnector(batch)) {
          for (const table of ENDED_BY_A_LINK) await removeDomains(inside, table, domains, connector)
        }
      }),

    /** Of a page of domains. */
    async get(connector: string, domains: readonly string[]): Promise<Map<string, Link>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('links')
          .selectAll()
          .where('connector', '=', connector)
          .where('domain', 'in', some)
          .execute(),
      )
      return new Map(rows.map(row => [row.domain, toLink(row)]))
    },

    /** The links to these records: several where accounts share one. */
    async byRecord(connector: string, object: string, remoteIds: readonly string[]): Promise<Link[]> {
      const rows = await lookUp(remoteIds, some =>
        db
          .selectFrom('links')
          .selectAll()
          .where('connector', '=', connector)
          .where('object', '=', object)
          .where('remoteId', 'in', some)
          .orderBy('domain')
          .execute(),
      )
      return rows.map(toLink)
    },

    /** Whether an account is linked to a record of this object. */
    async holds(connector: string, object: string): Promise<boolean> {
      const row = await db
        .selectFrom('links')
        .select('domain')
        .where('connector', '=', connector)
        .where('object', '=', object)
        .limit(1)
        .executeTakeFirst()
      return row !== undefined
    },

    /** By connector, then domain. */
    list: (connector?: string, size = ROWS_PER_PAGE): AsyncIterable<Link> =>
      each(listPages(connector, size), toLink),

    async count(connector: string): Promise<number> {
      const row = await db
        .selectFrom('links')
        .select(({ fn }) => fn.countAll<number>().as('links'))
        .where('connector', '=', connector)
        .executeTakeFirstOrThrow()
      return row.links
    },

    shared: (connector: string, size = ROWS_PER_PAGE): AsyncIterable<SharedRecord> =>
      sharedRecords(db, connector, size),

    /** Ends links, and with them what was delivered: those values stand on a record that is the account's no more. */
    remove: (connector: string, domains: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        await removeDomains(inside, 'links', domains, connector)
        await removeDomains(inside, 'delivered', domains, connector)
      }),
  }
}

async function putLinks(db: Database, batch: readonly Link[]): Promise<void> {
  // Of several for one account what a person said counts, as it does against what is kept.
  const handLast = batch.toSorted((left, right) => Number(left.by === 'hand') - Number(right.by === 'hand'))
  const unique = lastOfEach(handLast, ({ connector, domain }) => [connector, domain])
  for (const some of chunks(unique, ROWS_PER_STATEMENT)) {
    await db
      .insertInto('links')
      .values(some.map(toRow))
      .onConflict(conflict =>
        conflict
          .columns(['connector', 'domain'])
          .doUpdateSet(({ ref }) => ({
            object: ref('excluded.object'),
            remoteId: ref('excluded.remoteId'),
            linkedBy: ref('excluded.linkedBy'),
            stamped: ref('excluded.stamped'),
          }))
          .where(({ eb, or }) =>
            or([eb('links.linkedBy', '<>', 'hand'), eb('excluded.linkedBy', '=', 'hand')]),
          ),
      )
      .execute()
  }
}

async function* sharedRecords(db: Database, connector: string, size: number): AsyncGenerator<SharedRecord> {
  const records = pages<{ object: string; remoteId: string }>(size, after =>
    db
      .selectFrom('links')
      .select(['object', 'remoteId'])
      .where('connector', '=', connector)
      .where(({ eb, refTuple, tuple }) =>
        eb(refTuple('object', 'remoteId'), '>', tuple(after?.object ?? '', after?.remoteId ?? '')),
      )
      .groupBy(['object', 'remoteId'])
      .having(({ fn }) => fn.countAll(), '>', 1)
      .orderBy('object')
      .orderBy('remoteId')
      .limit(size)
      .execute(),
  )
  for await (const page of records) {
    const rows = await lookUp(
      page.map(record => record.remoteId),
      some =>
        db
          .selectFrom('links')
          .select(['object', 'remoteId', 'domain'])
          .where('connector', '=', connector)
          .where('remoteId', 'in', some)
          .orderBy('domain')
          .execute(),
    )
    const domains = Map.groupBy(rows, row => JSON.stringify([row.object, row.remoteId]))
    for (const { object, remoteId } of page) {
      const sharing = domains.get(JSON.stringify([object, remoteId])) ?? []
      yield { object, remoteId, domains: sharing.map(row => row.domain) }
    }
  }
}

const toRow = ({ by, stamped, connector, domain, object, remoteId }: Link): LinkRow => ({
  connector,
  domain,
  object,
  remoteId,
  linkedBy: by,
  stamped: toFlag(stamped),
})

const toLink = ({ linkedBy, stamped, ...link }: LinkRow): Link => ({
  ...link,
  by: linkedBy,
  stamped: fromFlag(stamped),
})
