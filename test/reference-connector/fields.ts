import type { Field } from '../../src/contract/index.ts'
import { EMAIL, LEAD_KEY } from './beside.ts'

/** Carries an account's domain. */
export const KEY = 'oql_key'

const field = (name: string, type: Field['type'], unique = false): Field => ({
  name,
  label: name,
  type,
  nativeType: type,
  writable: true,
  unique,
})

/** Of every object. */
export const FIELDS: Field[] = [
  field(KEY, 'text', true),
  field(LEAD_KEY, 'text', true),
  field(EMAIL, 'text', true),
  field('company', 'text'),
  field('state', 'text'),
  field('notice_id', 'text', true),
  field('domain', 'text'),
  field('more_domains', 'text'),
  field('name', 'text'),
  field('kind', 'text'),
  field('parent', 'text'),
  field('owner', 'text'),
  field('note', 'text'),
  field('stage', 'text'),
  field('stage_since', 'datetime'),
  field('score', 'number'),
]
