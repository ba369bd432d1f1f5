import { sql } from 'kysely'
import type { Database } from '../rows/tables.ts'

/** Texts that may quote what a CRM or a receiver said: earlier versions kept a session's token in them. */
const TEXTS = [
  ['rejections', 'reason'],
  ['changes', 'failure'],
  ['runs', 'report'],
  ['notices', 'error'],
] as const

/** How tokens look: Salesforce's sessions, HubSpot's private apps, JSON Web Tokens, and whatever follows `Bearer`. */
const TOKENS: readonly { part: string; whole: RegExp }[] = [
  { part: '%00D%', whole: /\b00D[A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?(?:!|%21)[\w.~-]+/g },
  { part: '%pat-%', whole: /\bpat-[a-z]{2,3}\d?-[\w-]{8,}/g },
  { part: '%eyJ%', whole: /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g },
  { part: '%earer %', whole: /\b(?<=bearer )[\w.~+/!=-]{6,}/gi },
]

/**
 * Takes tokens out of the texts that are kept. Done once: from this version on none is written. What a token looked like is
 * in no JSON's way, so a report stays one.
 */
export async function withoutTokens(db: Database): Promise<void> {
  for (const [table, column] of TEXTS) {
    const [from, name] = [sql.table(table), sql.ref(column)]
    const maybe = sql.join(
      TOKENS.map(({ part }) => sql`${name} like ${part}`),
      sql` or `,
    )
    const found = await sql<{
      kept: string
    }>`select distinct ${name} as kept from ${from} where ${maybe}`.execute(db)
    for (const { kept } of found.rows) {
      const clean = TOKENS.reduce((text, { whole }) => text.replace(whole, '[secret]'), kept)
      if (clean !== kept) await sql`update ${from} set ${name} = ${clean} where ${name} = ${kept}`.execute(db)
    }
  }
}
