import type { FieldSpec } from '../../../src/contract/index.ts'
import type { Xml } from '../http/xml.ts'
import { ACCOUNT, LEAD, STAGE_FIELD } from '../objects.ts'

/** Names that list views have for fields which come with Salesforce. */
const NAME_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  [ACCOUNT]: ['ACCOUNT.NAME', 'CORE.USERS.ALIAS'],
  [LEAD]: ['LEAD.COMPANY', 'FULL_NAME', 'CORE.USERS.ALIAS'],
}

/** What a list of leads is worked by, in this order, as far as the mapping writes it. */
const OUR_COLUMNS = [
  STAGE_FIELD,
  'OQL_Score__c',
  'OQL_Trend__c',
  'OQL_Risk__c',
  'OQL_Reason__c',
  'OQL_Stage_Since__c',
  'OQL_Last_Seen__c',
]

interface Filter {
  field: string
  operation: string
  /** Several are alternatives. */
  values: readonly string[]
}

const VIEWS: readonly { fullName: string; label: string; filters: Filter[] }[] = [
  {
    fullName: 'OQL_In_Use',
    label: 'Open source: trying or using',
    filters: [{ field: STAGE_FIELD, operation: 'equals', values: ['experimentation', 'ongoing_usage'] }],
  },
  {
    fullName: 'OQL_Moved_This_Week',
    label: 'Open source: moved this week',
    filters: [{ field: 'OQL_Stage_Since__c', operation: 'greaterOrEqual', values: ['LAST_N_DAYS:7'] }],
  },
  {
    fullName: 'OQL_Going_Quiet',
    label: 'Open source: going quiet',
    filters: [{ field: 'OQL_Risk__c', operation: 'equals', values: ['high', 'medium'] }],
  },
]

export type ListView = { readonly [element: string]: Xml } & { fullName: string }

/** The lists that sales works by; those whose fields the mapping writes, with the values that they look for. */
export function listViews(object: string, specs: readonly FieldSpec[]): ListView[] {
  const columns = NAME_COLUMNS[object]
  if (columns === undefined) return []
  const fields = new Map(specs.map(spec => [spec.name, spec]))
  return VIEWS.filter(({ filters }) =>
    filters.every(filter => canFilter(fields.get(filter.field), filter)),
  ).map(view => ({
    fullName: view.fullName,
    columns: [...columns, ...OUR_COLUMNS.filter(name => fields.has(name))],
    filterScope: 'Everything',
    filters: view.filters.map(({ values, ...filter }) => ({ ...filter, value: values.join(',') })),
    label: view.label,
  }))
}

/** A mapping that translates stages has no such values to look for. */
function canFilter(spec: FieldSpec | undefined, { values }: Filter): boolean {
  if (spec === undefined) return false
  const options = spec.options?.map(({ value }) => value)
  return options === undefined || values.every(value => options.includes(value))
}
