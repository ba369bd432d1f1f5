import { field, lookup, picklist, systemField } from './field.ts'
import { type ObjectType, OWNER, OWNER_OR_QUEUE, objectType, SYSTEM_FIELDS } from './object-type.ts'

const INDUSTRIES = [
  'Agriculture',
  'Banking',
  'Consulting',
  'Education',
  'Energy',
  'Finance',
  'Technology',
  'Other',
]
const ADDRESS_PARTS = ['Street', 'City', 'State', 'PostalCode', 'Country'] as const
const ADDRESS_LENGTHS = { Street: 255, City: 40, State: 80, PostalCode: 20, Country: 80 } as const

const address = (prefix: string) => [
  ...ADDRESS_PARTS.map(part =>
    field(prefix + part, part === 'Street' ? 'textarea' : 'string', { length: ADDRESS_LENGTHS[part] }),
  ),
  field(`${prefix}Address`, 'address', { createable: false, updateable: false, filterable: false }),
]

/** When the user who asks last saw the record: the sandbox keeps no count of it. */
const SEEN = [systemField('LastViewedDate', 'datetime'), systemField('LastReferencedDate', 'datetime')]

const text = (name: string, length: number) => field(name, 'string', { length })
const phones = (...names: string[]) => names.map(name => field(name, 'phone'))
const SALUTATION = picklist('Salutation', ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.', 'Mx.'])
const mergedInto = (name: string) =>
  systemField('MasterRecordId', 'reference', { referenceTo: [name], relationshipName: 'MasterRecord' })

const account = objectType('Account', '001', [
  ...SYSTEM_FIELDS,
  mergedInto('Account'),
  field('Name', 'string', { nillable: false }),
  picklist('Type', ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Partner', 'Other']),
  lookup('ParentId', ['Account'], { childRelationshipName: 'ChildAccounts' }),
  ...address('Billing'),
  ...address('Shipping'),
  field('Phone', 'phone'),
  field('Fax', 'phone'),
  field('AccountNumber', 'string', { length: 40 }),
  field('Website', 'url'),
  field('Sic', 'string', { length: 20 }),
  picklist('Industry', INDUSTRIES),
  field('AnnualRevenue', 'currency'),
  field('NumberOfEmployees', 'int'),
  picklist('Ownership', ['Public', 'Private', 'Subsidiary', 'Other']),
  picklist('Rating', ['Hot', 'Warm', 'Cold']),
  field('Site', 'string', { length: 80 }),
  field('Description', 'textarea', { length: 32_000 }),
  picklist('AccountSource', ['Web', 'Phone Inquiry', 'Partner Referral', 'Other']),
  text('TickerSymbol', 20),
  text('Tradestyle', 255),
  text('DunsNumber', 9),
  text('NaicsCode', 8),
  text('NaicsDesc', 120),
  text('SicDesc', 80),
  text('YearStarted', 4),
  text('Jigsaw', 20),
  systemField('JigsawCompanyId', 'string', { length: 20 }),
  systemField('PhotoUrl', 'url'),
  systemField('LastActivityDate', 'date'),
  ...SEEN,
  OWNER,
])

const personNameFields = [
  field('FirstName', 'string', { length: 40 }),
  field('LastName', 'string', { length: 80, nillable: false }),
  systemField('Name', 'string', { length: 121, nillable: false }),
]

const contact = objectType(
  'Contact',
  '003',
  [
    ...SYSTEM_FIELDS,
    mergedInto('Contact'),
    ...personNameFields,
    SALUTATION,
    lookup('AccountId', ['Account'], { childRelationshipName: 'Contacts' }),
    lookup('ReportsToId', ['Contact'], { relationshipName: 'ReportsTo' }),
    field('Email', 'email'),
    ...phones('Phone', 'Fax', 'MobilePhone', 'HomePhone', 'OtherPhone', 'AssistantPhone'),
    text('AssistantName', 40),
    text('Department', 80),
    field('Birthdate', 'date'),
    field('Title', 'string', { length: 128 }),
    ...address('Mailing'),
    ...address('Other'),
    systemField('LastActivityDate', 'date'),
    ...SEEN,
    field('Description', 'textarea', { length: 32_000 }),
    picklist('LeadSource', ['Web', 'Phone Inquiry', 'Partner Referral', 'Other']),
    OWNER,
  ],
  { personName: true },
)

const lead = objectType(
  'Lead',
  '00Q',
  [
    ...SYSTEM_FIELDS,
    mergedInto('Lead'),
    ...personNameFields,
    field('Company', 'string', { nillable: false }),
    SALUTATION,
    field('Title', 'string', { length: 128 }),
    field('Email', 'email'),
    ...phones('Phone', 'MobilePhone', 'Fax'),
    field('IsUnreadByOwner', 'boolean', { nillable: false, defaultValue: true, defaultedOnCreate: true }),
    text('CompanyDunsNumber', 9),
    text('Jigsaw', 20),
    systemField('LastActivityDate', 'date'),
    ...SEEN,
    field('Website', 'url'),
    ...address(''),
    picklist(
      'Status',
      ['Open - Not Contacted', 'Working - Contacted', 'Closed - Converted', 'Closed - Not Converted'],
      {
        nillable: false,
        defaultValue: 'Open - Not Contacted',
      },
    ),
    picklist('LeadSource', ['Web', 'Phone Inquiry', 'Partner Referral', 'Other']),
    picklist('Industry', INDUSTRIES),
    picklist('Rating', ['Hot', 'Warm', 'Cold']),
    field('NumberOfEmployees', 'int'),
    field('AnnualRevenue', 'currency'),
    field('Description', 'textarea', { length: 32_000 }),
    systemField('IsConverted', 'boolean', { nillable: false }),
    systemField('ConvertedDate', 'date'),
    systemField('ConvertedAccountId', 'reference', {
      referenceTo: ['Account'],
      relationshipName: 'ConvertedAccount',
    }),
    systemField('ConvertedContactId', 'reference', {
      referenceTo: ['Contact'],
      relationshipName: 'ConvertedContact',
    }),
    systemField('ConvertedOpportunityId', 'reference', { referenceTo: ['Opportunity'] }),
    OWNER_OR_QUEUE,
  ],
  { personName: true },
)

const STAGES = ['Prospecting', 'Qualification', 'Negotiation/Review', 'Closed Won', 'Closed Lost']

const opportunity = objectType('Opportunity', '006', [
  ...SYSTEM_FIELDS,
  field('Name', 'string', { length: 120, nillable: false }),
  lookup('AccountId', ['Account'], { childRelationshipName: 'Opportunities' }),
  picklist('StageName', STAGES, { nillable: false }),
  field('CloseDate', 'date', { nillable: false }),
  field('Amount', 'currency'),
  picklist('Type', ['Existing Business', 'New Business']),
  picklist('LeadSource', ['Web', 'Phone Inquiry', 'Partner Referral', 'Other']),
  field('Description', 'textarea', { length: 32_000 }),
  OWNER,
])

const task = objectType('Task', '00T', [
  ...SYSTEM_FIELDS,
  lookup('WhoId', ['Contact', 'Lead'], { childRelationshipName: 'Tasks' }),
  lookup('WhatId', ['Account', 'Opportunity'], { childRelationshipName: 'Tasks' }),
  systemField('AccountId', 'reference', { referenceTo: ['Account'], relationshipName: 'Account' }),
  field('Subject', 'string'),
  field('ActivityDate', 'date'),
  picklist('Status', ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'], {
    nillable: false,
    defaultValue: 'Not Started',
  }),
  picklist('Priority', ['High', 'Normal', 'Low'], { nillable: false, defaultValue: 'Normal' }),
  field('Description', 'textarea', { length: 32_000 }),
  systemField('IsClosed', 'boolean', { nillable: false }),
  OWNER_OR_QUEUE,
])

/** The objects of a sales org that this project meets. */
export const SALES_OBJECTS: readonly ObjectType[] = [account, contact, lead, opportunity, task]

/** Fields that an org with Person Accounts has besides. */
export const PERSON_ACCOUNT_FIELDS = [
  systemField('IsPersonAccount', 'boolean', { nillable: false }),
  field('FirstName', 'string', { length: 40 }),
  field('LastName', 'string', { length: 80 }),
  field('PersonEmail', 'email'),
]
