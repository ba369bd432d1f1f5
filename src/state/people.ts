import { type RawBuilder, sql } from 'kysely'
import type { Person } from '../domain/person.ts'
import {
  atomically,
  chunks,
  lookUp,
  pages,
  ROWS_PER_PAGE,
  ROWS_PER_STATEMENT,
  VALUES_PER_LOOKUP,
} from './rows/batches.ts'
import { fromJson, fromTime, toJson, toTime } from './rows/codec.ts'
import type { Database, PersonRow } from './rows/tables.ts'

export type People = ReturnType<typeof peopleOf>

/** Who signals named by email, by account. Kept only where a mapping makes something of them. */
export function peopleOf(db: Database) {
  return {
    /** Kinds and signals are those of now; what was seen before stays seen: exports rotate. */
    remember: (people: readonly Person[]): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(people, ROWS_PER_STATEMENT)) await rememberSome(inside, some)
      }),

    /** Of a page of accounts, by domain, the latest signal first. */
    async of(domains: readonly string[]): Promise<Map<string, Person[]>> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('people')
          .selectAll()
          .where('domain', 'in', some)
          .orderBy('lastSeen', 'desc')
          .orderBy('email')
          .execute(),
      )
      return Map.groupBy(rows.map(toPerson), ({ domain }) => domain)
    },

    /**
     * Of a page of accounts the people who belong to them and to no other: an email that signals of several accounts name
     * belongs to the one that it was seen at last, of equals to the first by domain.
     */
    async belonging(domains: readonly string[]): Promise<Person[]> {
      const rows = await lookUp(domains, some =>
        db
          .selectFrom('people')
          .selectAll('people')
          .where('people.domain', 'in', some)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('people as other')
                  .select('other.email')
                  .whereRef('other.email', '=', 'people.email')
                  .where(({ eb, ref, and, or }) =>
                    or([
                      eb('other.lastSeen', '>', ref('people.lastSeen')),
                      and([
                        eb('other.lastSeen', '=', ref('people.lastSeen')),
                        eb('other.domain', '<', ref('people.domain')),
                      ]),
                    ]),
                  ),
              ),
            ),
          )
          .orderBy('people.domain')
          .orderBy('people.email')
          .execute(),
      )
      return rows.map(toPerson)
    },

    /** Pages of accounts with people, in byte order. */
    async *domains(size = ROWS_PER_PAGE): AsyncGenerator<string[]> {
      const found = pages<{ domain: string }>(size, after =>
        db
          .selectFrom('people')
          .select('domain')
          .distinct()
          .where('domain', '>', after?.domain ?? '')
          .orderBy('domain')
          .limit(size)
          .execute(),
      )
      for await (const page of found) yield page.map(({ domain }) => domain)
    },

    remove: (domains: readonly string[]): Promise<void> =>
      atomically(db, async inside => {
        for (const some of chunks(domains, VALUES_PER_LOOKUP)) {
          await inside.deleteFrom('people').where('domain', 'in', some).execute()
        }
      }),

    /** Returns at how many accounts the email was known. */
    async removeEmail(email: string): Promise<number> {
      const rows = await db.deleteFrom('people').where('email', '=', email).returning('domain').execute()
      return rows.length
    },

    /** Nobody is kept any more. */
    async clear(): Promise<void> {
      await db.deleteFrom('people').execute()
    },
  }
}

async function rememberSome(db: Database, people: readonly Person[]): Promise<void> {
  await db
    .insertInto('people')
    .values(people.map(toRow))
    .onConflict(conflict =>
      conflict.columns(['domain', 'email']).doUpdateSet(({ ref }) => ({
        kinds: ref('excluded.kinds'),
        signals: ref('excluded.signals'),
        firstSeen: either('excluded.firstSeen', '<', 'people.firstSeen'),
        lastSeen: either('excluded.lastSeen', '>', 'people.lastSeen'),
      })),
    )
    .execute()
}

/** `min` and `max` of two values are SQLite's alone, `least` and `greatest` PostgreSQL's. */
const either = (left: string, comparison: '<' | '>', right: string): RawBuilder<number> =>
  sql<number>`case when ${sql.ref(left)} ${sql.raw(comparison)} ${sql.ref(right)} then ${sql.ref(left)} else ${sql.ref(right)} end`

const toRow = ({ domain, email, kinds, firstSeen, lastSeen, signals }: Person): PersonRow => ({
  domain,
  email,
  kinds: toJson(kinds),
  firstSeen: toTime(firstSeen),
  lastSeen: toTime(lastSeen),
  signals,
})

const toPerson = ({ kinds, firstSeen, lastSeen, ...row }: PersonRow): Person => ({
  ...row,
  kinds: fromJson(kinds),
  firstSeen: fromTime(firstSeen),
  lastSeen: fromTime(lastSeen),
})
