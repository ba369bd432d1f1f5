const WEEK_MS = 7 * 86_400_000
const HEADER = 'id,occurred_at,kind,type,account_domain,account_name,artifact,version'

/** Signals of companies that used a stable release once in each of so many weeks before the end of June 2026. */
export function weeklyUse(weeks: Readonly<Record<string, number>>, headed = true): string {
  const lines = Object.entries(weeks).flatMap(([domain, count]) =>
    Array.from({ length: count }, (_, week) => {
      const at = new Date(Date.parse('2026-06-24T10:00:00Z') - week * WEEK_MS).toISOString()
      const name = domain.split('.')[0]
      return `${domain}/${week},${at},download,binary-download,${domain},${name},server,1.2.3`
    }),
  )
  return [...(headed ? [HEADER] : []), ...lines, ''].join('\n')
}
