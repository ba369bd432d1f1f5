import type { CrmName } from './sandboxes.ts'

/** What a CRM calls things. */
export interface CrmFields {
  object: string
  /** Of a value of ours. */
  ours(value: string): string
  name: string
  website: string
  /** A text that people own. */
  note: string
  owner: string
  /** Most records in one write. */
  batch: number
}

/** What each sandbox calls things, by the connector's name; `reference` is the CRM in memory. */
export const CRM_FIELDS: Readonly<Record<CrmName | 'reference', CrmFields>> = {
  hubspot: {
    object: 'companies',
    ours: value => `oql_${value}`,
    name: 'name',
    website: 'domain',
    note: 'description',
    owner: 'hubspot_owner_id',
    batch: 100,
  },
  salesforce: {
    object: 'Account',
    ours: value => `OQL_${value.replaceAll(/(^|_)[a-z]/g, start => start.toUpperCase())}__c`,
    name: 'Name',
    website: 'Website',
    note: 'Description',
    owner: 'OwnerId',
    batch: 200,
  },
  reference: {
    object: 'companies',
    ours: value => value,
    name: 'name',
    website: 'domain',
    note: 'note',
    owner: 'owner',
    batch: 100,
  },
}

/** What a mapping says beside the least there is. */
export interface MappingText {
  /** Values that are kept up to date in fields of ours. */
  values: readonly string[]
  /** Lines beside `object`, `match` and `fields`. */
  lines?: string | undefined
  /** Lines of `match` beside `by`, which is the website. */
  match?: string | undefined
  /** All that stands under `match`, as between braces. */
  matchAll?: string | undefined
  /** Lines of `fields`, instead of the values and what a new record is called. */
  fields?: string | undefined
}

/** For records that nobody has yet. */
export const CREATE = 'create: { when: {} }'

/** A mapping that matches by the website where it does not say otherwise. */
export const mappingText = (
  crm: CrmFields,
  { values, lines = '', match = '', matchAll, fields }: MappingText,
): string =>
  `object: ${crm.object}
match:${matchAll === undefined ? `\n  by: ${crm.website}\n${match}` : ` { ${matchAll} }`}
${lines}
fields:
${fields ?? fieldLines(crm, values)}
`

/** `fields` of a mapping: the values in fields of ours, and what a new record is called. */
export const fieldLines = ({ ours, name, website }: CrmFields, values: readonly string[]): string =>
  [
    ...values.map(value => `  - { from: ${value}, to: ${ours(value)} }`),
    `  - { from: name, to: ${name}, write: on_create }`,
    `  - { from: domain, to: ${website}, write: on_create }`,
  ].join('\n')
