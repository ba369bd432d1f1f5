import type { Capabilities, FieldSpec } from '../../src/contract/index.ts'

/** The unique external id of ours that carries an account's domain. */
export const KEY_FIELD = 'OQL_Domain__c'

/** Free text in which people write a domain in any way: it is looked up by what it contains. */
export const WEBSITE = 'Website'

/** The unique external id of a lead beside an account's record: `acme.com#1`. */
export const LEAD_KEY_FIELD = 'OQL_Lead_Key__c'

/** The notice that a task was made for. Activity may take no unique field, so it is a plain text. */
export const NOTICE_FIELD = 'OQL_Notice_Id__c'

/** The field that sales works by: layouts that lack it are worth a warning. */
export const STAGE_FIELD = 'OQL_Stage__c'

export const ACCOUNT = 'Account'
export const LEAD = 'Lead'
export const CONTACT = 'Contact'
export const TASK = 'Task'
/** The platform event that flows subscribe to. */
export const EVENT = 'OQL_Stage_Change__e'
/** The event's field that carries the notice's id. */
export const EVENT_KEY_FIELD = 'Notice_Id__c'

const eventField = (name: string, label: string, more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  label,
  description: `${label} of the change. Written by OQL Sync.`,
  type: 'text',
  ...more,
})

/** A platform event takes no picklist: stages are texts. */
const EVENT_FIELDS: readonly FieldSpec[] = [
  eventField('Domain__c', 'Domain'),
  eventField('From__c', 'From'),
  eventField('To__c', 'To'),
  eventField('Direction__c', 'Direction'),
  eventField('Score__c', 'Score', { type: 'number', scale: 2 }),
  eventField('Reason__c', 'Reason'),
]

const TASK_NOTICE = { object: TASK, key: NOTICE_FIELD, fields: [] }

export const capabilities: Capabilities = {
  objects: [ACCOUNT, LEAD, CONTACT],
  readBy: { [ACCOUNT]: [WEBSITE, KEY_FIELD], [LEAD]: [KEY_FIELD, LEAD_KEY_FIELD], [CONTACT]: ['Email'] },
  alsoMatches: {},
  key: { [ACCOUNT]: KEY_FIELD, [LEAD]: KEY_FIELD },
  owner: { [ACCOUNT]: 'OwnerId', [LEAD]: 'OwnerId', [CONTACT]: 'OwnerId' },
  nameFields: { [ACCOUNT]: ['Name'], [LEAD]: ['Company', 'LastName'], [CONTACT]: ['LastName'] },
  display: {
    [ACCOUNT]: ['Name', 'Website', 'Type', 'ParentId', 'BillingCountry', 'Owner.Name'],
    [LEAD]: ['Company', 'Name', 'Website', 'Status', 'Country', 'Owner.Name'],
    [CONTACT]: ['Name', 'Email', 'Owner.Name'],
  },
  creates: [ACCOUNT, LEAD, CONTACT],
  // An email is no unique field: a contact is looked for before it is made again.
  idempotentCreates: [ACCOUNT, LEAD],
  schema: true,
  fieldAccess:
    'field-level security, by the permission set OQL_Sync assigned to the user, another one, or the profile',
  leads: {
    object: LEAD,
    key: LEAD_KEY_FIELD,
    owner: 'OwnerId',
    nameFields: ['Company', 'LastName'],
    needsContact: false,
    // A Lead has no link to an Account: its company's name and our key tell.
    associates: false,
  },
  contacts: { object: CONTACT, email: 'Email', account: 'AccountId', nameFields: ['LastName'] },
  notices: {
    task: TASK_NOTICE,
    // Salesforce's own notes take no field of ours: a completed task carries the notice's id.
    note: TASK_NOTICE,
    event: { object: EVENT, key: EVENT_KEY_FIELD, fields: EVENT_FIELDS },
  },
}
