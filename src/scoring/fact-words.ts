import type { Value } from '../domain/mappable.ts'

/** Fact → what it counts: of one, of several. A window's days follow. */
const NOUNS: Readonly<Record<string, readonly [one: string, several: string]>> = {
  points: ['point', 'points'],
  views: ['view', 'views'],
  downloads: ['download', 'downloads'],
  telemetry: ['telemetry signal', 'telemetry signals'],
  community: ['community act', 'community acts'],
  signals: ['signal', 'signals'],
  uses: ['use', 'uses'],
  use_days: ['day with a use', 'days with a use'],
  high: ['signal of high importance', 'signals of high importance'],
  actors: ['actor', 'actors'],
  active_weeks: ['active week', 'active weeks'],
  use_weeks: ['week with a use', 'weeks with a use'],
  view_week_streak: ['week in a row with a view', 'weeks in a row with a view'],
  last_seen_days: ['day since the last signal', 'days since the last signal'],
}

const SPAN = /^span_(\d+)$/
const WINDOWED = /^([a-z_]+)_(\d+)$/
const GROWTH = /^([a-z]+)_(wow|mom)$/

/** A fact with its value as people say it: `5 uses in 90 days`. */
export function factWords(name: string, value: Value): string {
  const span = SPAN.exec(name)
  if (span !== null) return `${counted(value, ['day', 'days'])} from first to last signal in ${span[1]} days`
  const growth = GROWTH.exec(name)
  if (growth !== null)
    return `${growth[1]} ${growth[2] === 'wow' ? 'week on week' : 'month on month'} ${value ?? 'unknown'}`
  const windowed = WINDOWED.exec(name)
  const noun = NOUNS[windowed?.[1] ?? name] ?? [name, name]
  return windowed === null ? counted(value, noun) : `${counted(value, noun)} in ${windowed[2]} days`
}

const counted = (value: Value, [one, several]: readonly [string, string]): string =>
  `${value ?? 'no'} ${value === 1 ? one : several}`
