import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely'
import type { RelatedKind } from '../domain/related-record.ts'
import { peopleOf } from './people.ts'
import { atomically, chunks, VALUES_PER_LOOKUP } from './rows/batches.ts'
import { removeDomains } from './rows/remove-domains.ts'
import type { Database, Tables } from './rows/tables.ts'

/** The tables with a row, or several, for an account. Of related records, leads and contacts are counted apart. */
const BY_DOMAIN = [
  'accounts',
  'stageChanges',
  'riskChanges',
  'people',
  'links',
  'ignored',
  'ambiguities',
  'absences',
  'lostLinks',
  'candidates',
  'delivered',
  'changes',
  'rejections',
  'notices',
] as const satisfies readonly (keyof Tables)[]

/** What ends with an account that is no more, beside its links. */
const ENDED_WITH_AN_ACCOUNT = [
  'ambiguities',
  'absences',
  'lostLinks',
  'delivered',
  'rejections',
  'relatedRecords',
] as const

/** How much was removed, by what it was. */
export type Forgotten = Record<(typeof BY_DOMAIN)[number] | 'leads' | 'contacts', number>
export type ForgottenPerson = Pick<Forgotten, 'people' | 'contacts' | 'changes' | 'rejections' | 'notices'>

/** Removes everything that is kept of these accounts: their people, and what was planned for them, too. */
export const forget = (db: Database, domains: readonly string[]): Promise<Forgotten> =>
  atomically(db, async inside => {
    const removed: Forgotten = { ...NOTHING }
    for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
      for (const table of BY_DOMAIN) {
        const result = await inside.deleteFrom(table).where('domain', 'in', some).executeTakeFirst()
        removed[table] += Number(result.numDeletedRows)
      }
      removed.leads += await removeRelated(inside, 'lead', eb => eb('domain', 'in', some))
      removed.contacts += await removeRelated(inside, 'contact', eb => eb('domain', 'in', some))
    }
    return removed
  })

/** Removes everything that is kept of a person, at whichever accounts. The contact's change and rejection bear the email. */
export const forgetPerson = (db: Database, email: string): Promise<ForgottenPerson> =>
  atomically(db, async inside => {
    const changes = await inside
      .deleteFrom('changes')
      .where('kind', '=', 'contact')
      .where('key', '=', email)
      .executeTakeFirst()
    const rejections = await inside
      .deleteFrom('rejections')
      .where(({ eb, ref }) => eb('key', '=', sql<string>`${ref('connector')} || '/' || ${email}`))
      .executeTakeFirst()
    // As a whole value of the content, which is JSON. `like` would take the email's own _ and % for patterns.
    const notices = await inside
      .deleteFrom('notices')
      .where(({ eb, ref, fn, val }) =>
        eb(fn('replace', [ref('content'), val(JSON.stringify(email)), val('')]), '<>', ref('content')),
      )
      .executeTakeFirst()
    return {
      people: await peopleOf(inside).removeEmail(email),
      contacts: await removeRelated(inside, 'contact', eb => eb('key', '=', email)),
      changes: Number(changes.numDeletedRows),
      rejections: Number(rejections.numDeletedRows),
      notices: Number(notices.numDeletedRows),
    }
  })

/**
 * Ends the memory of retired accounts once their fields are cleared. What people decided (links by hand, ignored ones)
 * stays for the day that the account comes back, and so do the changes, for `revert`.
 */
export const forgetRetired = (db: Database, domains: readonly string[]): Promise<number> =>
  atomically(db, async inside => {
    for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
      await inside.deleteFrom('links').where('domain', 'in', some).where('linkedBy', '<>', 'hand').execute()
    }
    for (const table of ENDED_WITH_AN_ACCOUNT) {
      await removeDomains(inside, table, domains)
    }
    return removeAccounts(inside, domains)
  })

async function removeAccounts(db: Database, domains: readonly string[]): Promise<number> {
  await peopleOf(db).remove(domains)
  let removed = 0
  for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
    await db.deleteFrom('stageChanges').where('domain', 'in', some).execute()
    await db.deleteFrom('riskChanges').where('domain', 'in', some).execute()
    const result = await db.deleteFrom('accounts').where('domain', 'in', some).executeTakeFirst()
    removed += Number(result.numDeletedRows)
  }
  return removed
}

type Condition = (
  eb: ExpressionBuilder<Tables, 'relatedRecords'>,
) => ExpressionWrapper<Tables, 'relatedRecords', SqlBool>

async function removeRelated(db: Database, kind: RelatedKind, which: Condition): Promise<number> {
  const result = await db
    .deleteFrom('relatedRecords')
    .where('kind', '=', kind)
    .where(which)
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

const NOTHING: Forgotten = {
  accounts: 0,
  stageChanges: 0,
  riskChanges: 0,
  people: 0,
  links: 0,
  ignored: 0,
  ambiguities: 0,
  absences: 0,
  lostLinks: 0,
  candidates: 0,
  delivered: 0,
  changes: 0,
  rejections: 0,
  notices: 0,
  leads: 0,
  contacts: 0,
}
