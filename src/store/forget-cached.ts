import { access, rm } from 'node:fs/promises'
import { companyDomain } from '../domain/company-domain.ts'
import { duckdbDialect } from './dialect.ts'
import { type DuckDb, openDuckDb, type Row } from './duckdb.ts'
import { emailAddress, MAIL_HOST } from './email-address.ts'
import { pathLiteral } from './file-path.ts'
import { literal, literals } from './sql.ts'
import { landedFiles, rollupFiles, sweepDrafts } from './sweep.ts'

/** Whom a cache shall no longer name. `accounts`: the domain, and the account that it is folded into. */
export type Whom = { domain: string; accounts: readonly string[] } | { email: string }

/** Nobody writes a draft, or spills, for so long without touching it: what is older was left by a process that is gone. */
const DRAFT_AT_WORK_MS = 60 * 60 * 1000

/**
 * Removes the files of the data directory that name somebody, with what was learnt of them: the next run lands them
 * anew, from sources that may name them still. What can't be read any more goes too: nobody knows what it says.
 * @param now milliseconds since 1970 by the clock that dates files
 * @returns how many files were removed
 */
export async function forgetCached(
  options: { dataDirectory: string; memoryLimitBytes: number; now: number },
  whom: Whom,
): Promise<number> {
  const { dataDirectory, memoryLimitBytes, now } = options
  if (!(await isThere(dataDirectory))) return 0
  let removed = await sweepDrafts(dataDirectory, now, DRAFT_AT_WORK_MS)
  const db = await openDuckDb({ memoryLimitBytes, spillTo: dataDirectory })
  try {
    for (const file of await landedFiles(dataDirectory)) {
      if (await namesIn(db, file, landedNames(whom))) removed += await removeWithPromise(file)
    }
    for (const file of await rollupFiles(dataDirectory)) {
      if (await namesIn(db, file, rollupNames(whom))) removed += await removeWithPromise(file)
    }
  } finally {
    await db.close()
  }
  return removed
}

/** How a file is asked: rows of texts, of which one that `isMeant` names them. */
interface Question {
  select: string
  isMeant(row: Row): boolean
}

/** Raw values, in whatever spelling; and the name as it stands, in any column. */
function landedNames(whom: Whom): Question {
  if ('email' in whom) {
    return {
      select: `select distinct email, ${anywhere(whom.email)} as named from file`,
      isMeant: ({ email, named }) => named === true || emailAddress(String(email)) === whom.email,
    }
  }
  const mailHost = duckdbDialect.capture(`coalesce(email, '')`, MAIL_HOST)
  return {
    select: `select distinct account_domain, ${mailHost} as mail_host, ${anywhere(whom.domain)} as named from file`,
    isMeant: ({ account_domain, mail_host, named }) =>
      named === true || [account_domain, mail_host].some(host => companyDomain(String(host)) === whom.domain),
  }
}

/** Settled names: the spelling is ours. */
function rollupNames(whom: Whom): Question {
  const account = 'email' in whom ? 'false' : `domain in ${literals(whom.accounts)}`
  const named = anywhere('email' in whom ? whom.email : whom.domain)
  return { select: `select true from file where ${account} or ${named} limit 1`, isMeant: () => true }
}

const anywhere = (text: string): string => `contains(lower(cast(file as varchar)), ${literal(text)})`

async function namesIn(db: DuckDb, file: string, { select, isMeant }: Question): Promise<boolean> {
  try {
    const rows = db.stream(`with file as (from read_parquet(${pathLiteral(file)})) ${select}`)
    for await (const page of rows) if (page.some(isMeant)) return true
    return false
  } catch {
    // A power cut left it, or another version wrote it: it is no use to anybody.
    return true
  }
}

/** What was learnt goes before the data: a kill in between leaves no promise without a file. */
async function removeWithPromise(file: string): Promise<number> {
  const stem = file.replace(/(\.people)?\.parquet$/, '')
  const parts = [`${stem}.json`, `${stem}.parquet`, `${stem}.people.parquet`]
  let removed = 0
  for (const part of parts) {
    if (await isThere(part)) removed++
    await rm(part, { force: true })
  }
  return removed
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
