import type { Property, PropertyOption, PropertyType } from './property.ts'

type Traits = Partial<Pick<Property, 'hasUniqueValue' | 'externalOptions' | 'calculated'>> & {
  readOnly?: boolean
  options?: readonly string[]
}
type Row = [name: string, type: PropertyType, fieldType: string, traits?: Traits]

/** HubSpot's own order: a company never goes back in it. */
export const LIFECYCLE_STAGES: readonly string[] = [
  'subscriber',
  'lead',
  'marketingqualifiedlead',
  'salesqualifiedlead',
  'opportunity',
  'customer',
  'evangelist',
  'other',
]

const READ_ONLY: Traits = { readOnly: true }

/** What every object has, kept by HubSpot itself. */
const KEPT: readonly Row[] = [
  ['hs_object_id', 'number', 'number', READ_ONLY],
  ['createdate', 'datetime', 'date', READ_ONLY],
  ['hs_createdate', 'datetime', 'date', READ_ONLY],
  ['hs_lastmodifieddate', 'datetime', 'date', READ_ONLY],
  ['hs_merged_object_ids', 'enumeration', 'checkbox', { ...READ_ONLY, externalOptions: true }],
  ['hs_was_imported', 'bool', 'booleancheckbox', { ...READ_ONLY, options: ['true', 'false'] }],
  ['hubspot_owner_id', 'enumeration', 'select', { externalOptions: true }],
]

const OWN: Readonly<Record<string, readonly Row[]>> = {
  companies: [
    ['name', 'string', 'text'],
    ['domain', 'string', 'text'],
    ['hs_additional_domains', 'enumeration', 'checkbox', { externalOptions: true }],
    ['website', 'string', 'text'],
    ['phone', 'string', 'phonenumber'],
    ['address', 'string', 'text'],
    ['city', 'string', 'text'],
    ['state', 'string', 'text'],
    ['zip', 'string', 'text'],
    ['country', 'string', 'text'],
    ['description', 'string', 'textarea'],
    [
      'industry',
      'enumeration',
      'select',
      { options: ['COMPUTER_SOFTWARE', 'INTERNET', 'BANKING', 'RETAIL'] },
    ],
    ['type', 'enumeration', 'select', { options: ['PROSPECT', 'PARTNER', 'RESELLER', 'VENDOR', 'OTHER'] }],
    ['lifecyclestage', 'enumeration', 'radio', { options: LIFECYCLE_STAGES }],
    ['hs_lead_status', 'enumeration', 'radio', { options: ['NEW', 'OPEN', 'IN_PROGRESS', 'UNQUALIFIED'] }],
    ['numberofemployees', 'number', 'number'],
    ['annualrevenue', 'number', 'number'],
    ['founded_year', 'string', 'text'],
    ['is_public', 'bool', 'booleancheckbox', { options: ['true', 'false'] }],
    ['hs_parent_company_id', 'number', 'number', READ_ONLY],
    ['hs_num_child_companies', 'number', 'number', { ...READ_ONLY, calculated: true }],
    ['num_associated_contacts', 'number', 'number', { ...READ_ONLY, calculated: true }],
  ],
  contacts: [
    ['email', 'string', 'text', { hasUniqueValue: true }],
    ['firstname', 'string', 'text'],
    ['lastname', 'string', 'text'],
    ['phone', 'string', 'phonenumber'],
    ['company', 'string', 'text'],
    ['jobtitle', 'string', 'text'],
    ['lifecyclestage', 'enumeration', 'radio', { options: LIFECYCLE_STAGES }],
    ['lastmodifieddate', 'datetime', 'date', READ_ONLY],
  ],
  leads: [
    ['hs_lead_name', 'string', 'text'],
    ['hs_lead_type', 'enumeration', 'select', { options: ['NEW_BUSINESS', 'UPSELL', 'RE_ATTEMPTING'] }],
    ['hs_lead_label', 'enumeration', 'select', { options: ['HOT', 'WARM', 'COLD'] }],
    ['hs_pipeline', 'enumeration', 'select', { externalOptions: true }],
    ['hs_pipeline_stage', 'enumeration', 'select', { externalOptions: true }],
    ['hs_v2_date_entered_current_stage', 'datetime', 'date', READ_ONLY],
    ['hs_lead_is_open', 'bool', 'booleancheckbox', { ...READ_ONLY, options: ['true', 'false'] }],
    ['hs_lead_associated_deals_count', 'number', 'number', { ...READ_ONLY, calculated: true }],
  ],
  tasks: [
    ['hs_timestamp', 'datetime', 'date'],
    ['hs_task_subject', 'string', 'text'],
    ['hs_task_body', 'string', 'html'],
    ['hs_task_status', 'enumeration', 'select', { options: ['NOT_STARTED', 'IN_PROGRESS', 'COMPLETED'] }],
    ['hs_task_priority', 'enumeration', 'select', { options: ['NONE', 'LOW', 'MEDIUM', 'HIGH'] }],
    ['hs_task_type', 'enumeration', 'select', { options: ['TODO', 'CALL', 'EMAIL'] }],
  ],
  notes: [
    ['hs_timestamp', 'datetime', 'date'],
    ['hs_note_body', 'string', 'html'],
  ],
}

/** The property group that an object has from the beginning. */
export const defaultGroup = (singular: string): string => `${singular}information`

/** What a portal has before anybody adds to it. */
export function defaultProperties(object: string, singular: string, at: string): Property[] {
  return [...KEPT, ...(OWN[object] ?? [])].map(row => property(row, defaultGroup(singular), at))
}

function property([name, type, fieldType, traits = {}]: Row, groupName: string, at: string): Property {
  const readOnly = traits.readOnly === true
  return {
    name,
    label: labelOf(name),
    description: '',
    groupName,
    type,
    fieldType,
    options: (traits.options ?? []).map(option),
    displayOrder: -1,
    hasUniqueValue: traits.hasUniqueValue ?? false,
    hidden: false,
    formField: !readOnly,
    calculated: traits.calculated ?? false,
    externalOptions: traits.externalOptions ?? false,
    hubspotDefined: true,
    archived: false,
    createdAt: at,
    updatedAt: at,
    modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: readOnly },
  }
}

const option = (value: string, displayOrder: number): PropertyOption => ({
  value,
  label: labelOf(value),
  displayOrder,
  hidden: false,
})

function labelOf(name: string): string {
  const words = name.replace(/^hs_/, '').replaceAll('_', ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
