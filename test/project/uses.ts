/** Companies that used the product on a day. */
export interface Uses {
  day: string
  domains: readonly string[]
  /** How often each: versions and ids go on from one to the next. */
  times?: number
  /** Of the artifact, instead of 1.2.0, 1.2.1 …; `latest` counts for less. */
  version?: string
  /** Who did it, instead of one person for each company; '' where nobody can tell. */
  actor?: string
  /** By which that person is known. */
  email?: string | ((domain: string) => string)
  /** What signals call the company; nothing when left out. */
  name?: string | ((domain: string) => string)
}

const HEADER = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version,actor_id,email'

const of = (text: string | ((domain: string) => string), domain: string): string =>
  typeof text === 'string' ? text : text(domain)

/** Signals as a source of the format `canonical` has them. The same use has the same id, however often it is written. */
export function usesCsv({
  day,
  domains,
  times = 1,
  version,
  actor,
  email = '',
  name = () => '',
}: Uses): string {
  const row = (domain: string, n: number) => {
    const known = of(email, domain)
    return [
      `${domain}/${day}/${n}/${known}`,
      `${day}T10:00:00Z`,
      'download',
      'pull',
      domain,
      of(name, domain),
      'server',
      version ?? `1.2.${n}`,
      actor ?? `${domain}-1`,
      known,
    ].join()
  }
  const rows = domains.flatMap(domain => Array.from({ length: times }, (_, n) => row(domain, n)))
  return [HEADER, ...rows, ''].join('\n')
}
