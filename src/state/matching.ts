import type { Link } from '../domain/link.ts'
import type { Value } from '../domain/mappable.ts'
import { linksOf } from './links.ts'
import { atomically, each, lookUp, pages, ROWS_PER_PAGE, upsert } from './rows/batches.ts'
import { fromJson, fromTime, toJson, toTime } from './rows/codec.ts'
import { domainsByConnector, removeDomains } from './rows/remove-domains.ts'
import type { Database, Tables } from './rows/tables.ts'

/** A record that may be the account's, with the fields that tell it apart for a person. */
type Candidate = Readonly<Record<string, Value>> & { remoteId: string }

/** Several records fit one account, and no rule decides. */
export interface Ambiguity {
  connector: string
  domain: string
  candidates: readonly Candidate[]
  checkedAt: Date
}

/** How an account stands with one CRM. An account without a standing was never looked for. */
export type Standing =
  | { status: 'linked'; link: Link }
  | { status: 'ambiguous'; candidates: readonly Candidate[]; checkedAt: Date }
  /** `runId`: the run that decided so. */
  | { status: 'absent'; checkedAt: Date; runId?: string }
  /** A person said that it is never to be linked. */
  | { status: 'ignored' }

export interface Ignored {
  connector: string
  domain: string
}

export type Matching = ReturnType<typeof matchingOf>

/** What matching found out beside the links: an account is absent, ambiguous, ignored or linked, never two of them. */
export function matchingOf(db: Database) {
  const ambiguityPages = (connector: string | undefined, size: number) =>
    pages<Tables['ambiguities']>(size, after => {
      const next = db
        .selectFrom('ambiguities')
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
    /** Pages of accounts that were never looked for, in byte order of domain. Standings may be recorded meanwhile. */
    async *unseen(connector: string, size = ROWS_PER_PAGE): AsyncGenerator<string[]> {
      for await (const page of unseenPages(db, connector, size)) yield page.map(row => row.domain)
    },

    /** Of a page of domains. */
    standings: (connector: string, domains: readonly string[]): Promise<Map<string, Standing>> =>
      standingsOf(db, connector, domains),

    putAmbiguous: (batch: readonly Ambiguity[]): Promise<void> =>
      atomically(db, async inside => {
        const rows = batch.map(({ connector, domain, candidates, checkedAt }) => ({
          connector,
          domain,
          candidates: toJson(candidates),
          checkedAt: toTime(checkedAt),
        }))
        await upsert(inside, 'ambiguities', ['connector', 'domain'], rows)
        for (const [connector, domains] of domainsByConnector(batch)) {
          await removeDomains(inside, 'absences', domains, connector)
        }
      }),

    putAbsent: (
      connector: string,
      domains: readonly string[],
      checkedAt: Date,
      runId: string | null = null,
    ): Promise<void> =>
      atomically(db, async inside => {
        const rows = domains.map(domain => ({ connector, domain, checkedAt: toTime(checkedAt), runId }))
        await upsert(inside, 'absences', ['connector', 'domain'], rows)
        await removeDomains(inside, 'ambiguities', domains, connector)
      }),

    /** Never to be linked: a link, and what was delivered through it, ends. */
    ignore: (connector: string, domains: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        await linksOf(inside).remove(connector, domains)
        await removeDomains(inside, 'ambiguities', domains, connector)
        await removeDomains(inside, 'absences', domains, connector)
        await removeDomains(inside, 'lostLinks', domains, connector)
        const rows = domains.map(domain => ({ connector, domain }))
        await upsert(inside, 'ignored', ['connector', 'domain'], rows)
      }),

    /** Forgets what was found, ignored ones included, so that the next run looks for these accounts anew. */
    remove: (connector: string, domains: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        await removeDomains(inside, 'ambiguities', domains, connector)
        await removeDomains(inside, 'absences', domains, connector)
        await removeDomains(inside, 'ignored', domains, connector)
      }),

    /** Forgets what a run found of accounts without a record, so that it looks for them anew; what people said stays. */
    forgetFindings: (connector: string): Promise<void> =>
      atomically(db, async inside => {
        await inside.deleteFrom('ambiguities').where('connector', '=', connector).execute()
        await inside.deleteFrom('absences').where('connector', '=', connector).execute()
      }),

    /** Pages of accounts that are absent or ambiguous, in byte order of domain. Standings may be recorded meanwhile. */
    async *unsettled(connector: string, size = ROWS_PER_PAGE): AsyncGenerator<string[]> {
      const found = pages<{ domain: string }>(size, after =>
        db
          .selectFrom(unsettledOf(db, connector).as('unsettled'))
          .select('domain')
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(row => row.domain)
    },

    async countUnsettled(connector: string): Promise<number> {
      const row = await db
        .selectFrom(unsettledOf(db, connector).as('unsettled'))
        .select(({ fn }) => fn.countAll<number>().as('accounts'))
        .executeTakeFirstOrThrow()
      return row.accounts
    },

    /** By connector, then domain. */
    ambiguities: (connector?: string, size = ROWS_PER_PAGE): AsyncIterable<Ambiguity> =>
      each(ambiguityPages(connector, size), toAmbiguity),

    /** Made by people, one by one: they fit in memory. By connector, then domain. */
    ignored: (): Promise<Ignored[]> =>
      db.selectFrom('ignored').selectAll().orderBy('connector').orderBy('domain').execute(),

    async countAmbiguous(connector: string): Promise<number> {
      const row = await db
        .selectFrom('ambiguities')
        .select(({ fn }) => fn.countAll<number>().as('accounts'))
        .where('connector', '=', connector)
        .executeTakeFirstOrThrow()
      return row.accounts
    },
  }
}

const unsettledOf = (db: Database, connector: string) =>
  db
    .selectFrom('absences')
    .select('domain')
    .where('connector', '=', connector)
    .unionAll(db.selectFrom('ambiguities').select('domain').where('connector', '=', connector))

const STANDINGS = ['links', 'ambiguities', 'absences', 'ignored'] as const

const unseenPages = (db: Database, connector: string, size: number) =>
  pages<{ domain: string }>(size, after => {
    let next = db
      .selectFrom('accounts')
      .select('accounts.domain')
      .where('accounts.retired', 'is', null)
      .where('accounts.domain', '>', after?.domain ?? '')
    for (const table of STANDINGS) {
      next = next.where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom(table)
              .select(`${table}.domain`)
              .where(`${table}.connector`, '=', connector)
              .whereRef(`${table}.domain`, '=', 'accounts.domain'),
          ),
        ),
      )
    }
    return next.orderBy('accounts.domain').limit(size).execute()
  })

async function standingsOf(
  db: Database,
  connector: string,
  domains: readonly string[],
): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>()
  const absences = await lookUp(domains, some =>
    db
      .selectFrom('absences')
      .selectAll()
      .where('connector', '=', connector)
      .where('domain', 'in', some)
      .execute(),
  )
  for (const { domain, checkedAt, runId } of absences) {
    const decided = { status: 'absent', checkedAt: fromTime(checkedAt) } as const
    standings.set(domain, runId === null ? decided : { ...decided, runId })
  }
  const ambiguities = await lookUp(domains, some =>
    db
      .selectFrom('ambiguities')
      .selectAll()
      .where('connector', '=', connector)
      .where('domain', 'in', some)
      .execute(),
  )
  for (const row of ambiguities) {
    const { domain, candidates, checkedAt } = toAmbiguity(row)
    standings.set(domain, { status: 'ambiguous', candidates, checkedAt })
  }
  for (const [domain, link] of await linksOf(db).get(connector, domains)) {
    standings.set(domain, { status: 'linked', link })
  }
  const ignored = await lookUp(domains, some =>
    db
      .selectFrom('ignored')
      .select('domain')
      .where('connector', '=', connector)
      .where('domain', 'in', some)
      .execute(),
  )
  for (const { domain } of ignored) standings.set(domain, { status: 'ignored' })
  return standings
}

const toAmbiguity = (row: Tables['ambiguities']): Ambiguity => ({
  connector: row.connector,
  domain: row.domain,
  candidates: fromJson(row.candidates),
  checkedAt: fromTime(row.checkedAt),
})
