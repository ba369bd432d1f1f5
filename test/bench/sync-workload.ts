import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CrmName } from '../project/sandboxes.ts'
import * as project from '../project/write-config.ts'

/** How large a first sync is to be. */
export interface Workload {
  accounts: number
  /** Records that the CRM has before. */
  companies: number
  /** Accounts whose domain stands on two records. */
  ambiguous: number
}

/** The moment that every run of a bench stands at: only new signals make a difference. */
export const AS_OF = '2026-11-24'

const HEADER = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version,actor_id'
const domain = (n: number): string => `account-${n}-example.com`

/** Companies in the CRM: one for most accounts, two for the ambiguous ones, and strangers up to the number asked for. */
export function companiesOf({
  accounts,
  companies,
  ambiguous,
}: Workload): { name: string; domain: string }[] {
  const known = Math.max(ambiguous, Math.min(companies - ambiguous, Math.floor(accounts * 0.8)))
  const own = Array.from({ length: known }, (_, n) => ({ name: `Account ${n}`, domain: domain(n) }))
  const twins = Array.from({ length: ambiguous }, (_, n) => ({
    name: `Account ${n} (old)`,
    domain: domain(n),
  }))
  const strangers = Math.max(0, companies - own.length - twins.length)
  const others = Array.from({ length: strangers }, (_, n) => ({
    name: `Stranger ${n}`,
    domain: `stranger-${n}-example.org`,
  }))
  return [...own, ...twins, ...others]
}

/** Each account: a stable release on six days of the last month. Enough for experimentation. */
export async function writeSignals(directory: string, { accounts }: Workload): Promise<void> {
  await mkdir(directory, { recursive: true })
  for (let day = 1; day <= 6; day++) {
    const date = `2026-11-${String(day * 3).padStart(2, '0')}`
    const rows = Array.from({ length: accounts }, (_, n) => row(`${date}-${n}`, `${date} 10:00:00`, n))
    await writeFile(path.join(directory, `${date}.csv`), `${[HEADER, ...rows].join('\n')}\n`)
  }
}

/** New signals for some accounts: three more days of use, worth 30 points each. */
export async function writeMoreSignals(
  directory: string,
  changed: number,
  { ambiguous: ambiguousFirst }: Workload,
): Promise<void> {
  const rows = [20, 21, 22].flatMap(day =>
    Array.from({ length: changed }, (_, n) =>
      [0, 1].map(twice =>
        row(`more-${day}-${n}-${twice}`, `2026-11-${day} 11:00:00`, n * 7 + ambiguousFirst),
      ),
    ).flat(),
  )
  await writeFile(path.join(directory, 'more.csv'), `${[HEADER, ...rows].join('\n')}\n`)
}

const row = (id: string, time: string, n: number): string =>
  `${id},${time},download,pull,${domain(n)},Account ${n},acme/server,1.2.3,actor-${n}`

/** A config of its own folder, for a sandbox that the environment names. */
export const writeConfig = (directory: string, mapping: string, crm: CrmName = 'hubspot'): Promise<string> =>
  project.writeConfig(directory, {
    signals: 'signals/*.csv',
    connectors: { [crm]: { use: crm, config: project.BY_ENVIRONMENT[crm], mapping: { file: mapping } } },
  })
