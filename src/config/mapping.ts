import type { When } from '../domain/when.ts'

/** When a field is written: at each change; on create alone; where the record, read just before, has no value. */
export const WRITES = ['always', 'on_create', 'if_empty'] as const
type Write = (typeof WRITES)[number]

/** One line of a mapping's `fields`: what goes to which CRM field, and when. */
export type FieldMapping = {
  /** The CRM field. */
  to: string
  write: Write
  /** What a null value does to a field that is written always. */
  onNull: 'clear' | 'keep'
  /** Whether a change of it alone is worth a write; others ride along. Never so of a constant. */
  trigger: boolean
  /** Numbers: a difference below this from the value last delivered triggers nothing. */
  minChange?: number | undefined
  /** Translation; an option without one is never written, and a finding of `check`. */
  values?: Readonly<Record<string, string | number | boolean>> | undefined
} & (
  | {
      /** A name of MAPPABLE; of people, of PERSON_VALUES too. */
      from: string
      value?: undefined
    }
  | { from?: undefined; value: string | number | boolean }
)

/** A rule that chooses among several records of one domain; where it does not decide, the next is asked. */
export type PreferRule = 'oldest' | { empty: string } | { set: string }

export interface Match {
  /** The CRM field that holds a domain or a website. */
  by: string
  /** Records that never match; its names are the CRM's fields. */
  skip: When | null
  prefer: readonly PreferRule[]
}

interface Create {
  when: When
  /** The object for an account that matched nothing. */
  as: string
}

interface Assignment {
  when: When
  owner: string
}

/** `record`: who owns the record. Null: nobody but the fallback. */
export interface OwnerChoice {
  owner: 'record' | null
  fallbackOwner: string | null
}

export interface Leads extends OwnerChoice {
  when: When
  /** How long after a lead was closed the next may be made; null is never. */
  againAfterMs: number | null
  fields: readonly FieldMapping[]
}

interface People {
  when: When
  fields: readonly FieldMapping[]
}

/** What a stage or risk change starts in the CRM. Texts are templates: `{{name}} reached {{stage_label}}`. */
export type Action = {
  when: When
  /** By which it is known while everything else of it changes; without one it goes by type and condition. */
  name?: string | undefined
} & (
  | ({ type: 'task'; subject: string; body: string; dueInMs: number } & OwnerChoice)
  | { type: 'event' }
  | { type: 'note'; body: string }
)

/** How accounts become records of one CRM (CONFIG.md, mappings/NAME.yaml). */
export interface Mapping {
  object: string
  match: Match
  /** Null: records are never made. */
  create: Create | null
  /** On create only; the first that holds. */
  assign: readonly Assignment[]
  fields: readonly FieldMapping[]
  /** Riders that differ are written at least this often; null is never. */
  refreshAfterMs: number | null
  leads: Leads | null
  people: People | null
  onStageChange: readonly Action[]
  onRiskChange: readonly Action[]
}
