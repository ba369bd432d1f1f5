import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LeadsCrm } from './leads-crm.ts'
import { writeConfig } from './sync-workload.ts'

const named = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${what}-${n}-example.com`)

/** Whose lead of ours is ended before the runs that are measured. */
export const ENDED = named('ended', 50)
/** At whose company people have an open lead of their own. */
export const PEOPLES = named('peoples', 50)
/** At whom nobody is known. */
export const STRANGERS = named('strangers', 200)
const KNOWN = named('known', 200)
export const DESERVING: readonly string[] = [...ENDED, ...PEOPLES, ...STRANGERS, ...KNOWN]
/** Who has somebody that a lead can go to. */
export const WITH_PERSON: readonly string[] = [...ENDED, ...PEOPLES, ...KNOWN]

const HEADER = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version,actor_id'
const DAYS = ['2026-11-03', '2026-11-10', '2026-11-17']

/** A project that has no signals yet. Returns its config. */
export async function writeLeadsProject(directory: string, crm: LeadsCrm): Promise<string> {
  await mkdir(path.join(directory, 'signals'), { recursive: true })
  const mapping = path.join(directory, 'mapping.yaml')
  await writeFile(mapping, crm.mapping)
  return writeConfig(directory, mapping, crm.name)
}

/** Uses by these accounts: enough for a lead. */
export async function writeUses(directory: string, name: string, domains: readonly string[]): Promise<void> {
  const rows = DAYS.flatMap(day =>
    domains.map(
      domain =>
        `${domain}/${day},${day} 10:00:00,download,pull,${domain},${domain},acme/server,1.2.3,${domain}`,
    ),
  )
  await writeFile(path.join(directory, 'signals', `${name}.csv`), `${[HEADER, ...rows].join('\n')}\n`)
}
