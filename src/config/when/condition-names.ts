import { FACT_NAMES } from '../../domain/facts.ts'
import { MAPPABLE, type Mappable } from '../../domain/mappable.ts'
import { DIRECTIONS, RISKS, STAGES } from '../../domain/stage.ts'

/** What a condition may name, and what kind of value stands behind it. */
export type ConditionNames = ReadonlyMap<string, Mappable>

/** Everywhere but in a model: what is known of an account, and the segments that it is in. */
export const accountNames = (segments: readonly string[]): ConditionNames =>
  new Map<string, Mappable>([
    ...MAPPABLE,
    ['segment', { type: 'enumeration', options: segments, nullable: false }],
  ])

/** In a segment: one that named another would hang on the order in which they are worked out. */
export const SEGMENT_NAMES: ConditionNames = MAPPABLE

/** Where a stage change is at hand. A new account is a change from nothing. */
export const stageChangeNames = (segments: readonly string[]): ConditionNames =>
  new Map<string, Mappable>([
    ...accountNames(segments),
    ['from', { type: 'enumeration', options: STAGES, nullable: true }],
    ['to', { type: 'enumeration', options: STAGES, nullable: false }],
    ['direction', { type: 'enumeration', options: DIRECTIONS, nullable: false }],
  ])

/** Where a risk change is at hand. */
export const riskChangeNames = (segments: readonly string[]): ConditionNames =>
  new Map<string, Mappable>([
    ...accountNames(segments),
    ['from', { type: 'enumeration', options: RISKS, nullable: true }],
    ['to', { type: 'enumeration', options: RISKS, nullable: true }],
  ])

/** In a model's stages: points and facts alone, or a stage would hang on itself. */
export const MODEL_NAMES: ConditionNames = new Map(
  [...MAPPABLE].filter(([name]) => name === 'points' || FACT_NAMES.some(fact => fact === name)),
)

/** What a mapping of people may name beside the account's values; a person's own ones go first. */
export const PERSON_VALUES: ReadonlyMap<string, Mappable> = new Map<string, Mappable>([
  ['email', { type: 'text', nullable: false }],
  ['kinds', { type: 'text', nullable: false }],
  ['first_seen', { type: 'date', nullable: false }],
  ['last_seen', { type: 'date', nullable: false }],
  ['signals', { type: 'number', scale: 0, nullable: false }],
])
