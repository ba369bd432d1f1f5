/** What a signal is about. `custom` carries no points, but counts as a signal and for last seen. */
export const KINDS = ['view', 'download', 'telemetry', 'community', 'custom'] as const
export type Kind = (typeof KINDS)[number]

/** The kinds that belong to a class and so may carry points. */
export const SCORED_KINDS = ['view', 'download', 'telemetry', 'community'] as const
export type ScoredKind = (typeof SCORED_KINDS)[number]

export const IMPORTANCES = ['low', 'medium', 'high'] as const
export type Importance = (typeof IMPORTANCES)[number]

/** kind × importance: what points and caps hang on. */
export type SignalClass = `${ScoredKind}.${Importance}`
export const CLASSES = SCORED_KINDS.flatMap(kind =>
  IMPORTANCES.map((importance): SignalClass => `${kind}.${importance}`),
)

/** Why a row is left out, in the order in which the reasons are tried (MODEL.md §1). */
export const LEFT_OUT_REASONS = [
  'bad_row',
  'duplicate',
  'do_not_track',
  'low_confidence',
  'no_company',
  'not_a_company',
  'connection_type',
  'free_mail',
  'excluded',
  'bot',
] as const
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number]
