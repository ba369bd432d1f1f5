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

const address = (prefix: string) =>
  ADDRESS_PARTS.map(part =>
    field(prefix + part, part === 'Street' ? 'textarea' : 'string', { length: ADDRESS_LENGTHS[part] }),
  )
const mergedInto = (name: string) =>
  systemField('MasterRecordId', 'reference', { referenceTo: [name], relationshipName: 'MasterRecord' })

const account = objectType('Account', '001', [
  ...SYSTEM_FIELDS,
  mergedInto('Account'),
  field('Name', 'string', { nillable: false }),
  picklist('Type', ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Partner', 'Other']),
  lookup('ParentId', ['Account']),
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
  systemField('LastActivityDate', 'date'),
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
    lookup('AccountId', ['Account']),
    field('Email', 'email'),
    field('Phone', 'phone'),
    field('Title', 'string', { length: 128 }),
    ...address('Mailing'),
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
    field('Title', 'string', { length: 128 }),
    field('Email', 'email'),
    field('Phone', 'phone'),
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
    OWNER_OR_QUEUE,
  ],
  { personName: true },
)

const task = objectType('Task', '00T', [
  ...SYSTEM_FIELDS,
  lookup('WhoId', ['Contact', 'Lead']),
  lookup('WhatId', ['Account']),
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
export const SALES_OBJECTS: readonly ObjectType[] = [account, contact, lead, task]

/** Fields that an org with Person Accounts has besides. */
export const PERSON_ACCOUNT_FIELDS = [
  systemField('IsPersonAccount', 'boolean', { nillable: false }),
  field('FirstName', 'string', { length: 40 }),
  field('LastName', 'string', { length: 80 }),
  field('PersonEmail', 'email'),
]
