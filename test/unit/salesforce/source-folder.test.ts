import { expect, test } from 'vitest'
import connector from '../../../connectors/salesforce/index.ts'
import { type Element, parseXml } from '../../../connectors/salesforce/sandbox/metadata/xml.ts'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { LOGIN } from './org.ts'

const STAGES = ['interest', 'investigation', 'experimentation', 'ongoing_usage', 'inactive']
const spec = (name: string, type: FieldSpec['type'], more: Partial<FieldSpec> = {}): FieldSpec => ({
  name,
  label: 'OQL stage, with <a label> that is longer than 40 characters',
  description: 'Written by OQL Sync & nobody else.',
  type,
  ...more,
})
const stage = (values: string[]) =>
  spec('OQL_Stage__c', 'enumeration', {
    options: values.map(value => ({ value, label: value.toUpperCase() })),
  })
const WANTED = [stage(STAGES), spec('OQL_Score__c', 'number', { scale: 2 }), spec('Website', 'text')]

const config = connector.config.parse({
  login_url: LOGIN,
  api_version: '63.0',
  auth: { type: 'client_credentials', client_id: 'app', client_secret: 'secret' },
})
const filesFor = (wanted: Record<string, FieldSpec[]>) =>
  connector.schemaFiles(config, new Map(Object.entries(wanted)))
const MAIN = 'force-app/main/default'

/** Elements by name, repeated ones as lists, as an XML file is read back. */
type Plain = string | { [element: string]: Plain | Plain[] }

function plain({ children, text }: Element): Plain {
  if (children.length === 0) return text
  return Object.fromEntries(
    [...Map.groupBy(children, child => child.name)].map(([name, same]) => {
      const [only, ...others] = same.map(plain)
      return [name, only === undefined || others.length > 0 ? same.map(plain) : only]
    }),
  )
}

function parsed(files: ReadonlyMap<string, string>, path: string): Plain {
  const text = files.get(`${MAIN}/${path}`)
  if (text === undefined) throw new Error(`no ${path} among ${[...files.keys()].join(', ')}`)
  return plain(parseXml(text))
}

test('the folder is a project of the Salesforce CLI, with a file for each part', () => {
  const files = filesFor({ Account: WANTED, Lead: WANTED })
  expect(JSON.parse(files.get('sfdx-project.json') ?? '')).toMatchObject({
    packageDirectories: [{ path: 'force-app', default: true }],
    sourceApiVersion: '63.0',
  })
  const ofObject = (object: string, ...more: string[]) => [
    `objects/${object}/fields/OQL_Domain__c.field-meta.xml`,
    ...more,
    `objects/${object}/fields/OQL_Stage__c.field-meta.xml`,
    `objects/${object}/fields/OQL_Score__c.field-meta.xml`,
    `objects/${object}/listViews/OQL_In_Use.listView-meta.xml`,
    `layouts/${object}-${object} with OQL Sync.layout-meta.xml`,
  ]
  expect(
    [...files.keys()].filter(path => path.startsWith(MAIN)).map(path => path.slice(MAIN.length + 1)),
  ).toEqual([
    ...ofObject('Account'),
    ...ofObject('Lead', 'objects/Lead/fields/OQL_Lead_Key__c.field-meta.xml'),
    'permissionsets/OQL_Sync.permissionset-meta.xml',
    'permissionsets/OQL_Sync_Viewer.permissionset-meta.xml',
  ])
})

test('fields are those that setup makes: the key unique and external, lists restricted, labels short enough', () => {
  const files = filesFor({ Account: WANTED })
  expect(parsed(files, 'objects/Account/fields/OQL_Domain__c.field-meta.xml')).toMatchObject({
    fullName: 'OQL_Domain__c',
    type: 'Text',
    length: '255',
    unique: 'true',
    caseSensitive: 'false',
    externalId: 'true',
  })
  const field = parsed(files, 'objects/Account/fields/OQL_Stage__c.field-meta.xml')
  expect(field).toMatchObject({
    label: 'OQL stage, with <a label> that is longer',
    description: 'Written by OQL Sync & nobody else.',
    valueSet: { restricted: 'true', valueSetDefinition: { sorted: 'false' } },
  })
  expect(field).toHaveProperty(
    'valueSet.valueSetDefinition.value',
    STAGES.map(value => ({ fullName: value, default: 'false', label: value.toUpperCase() })),
  )
})

test('the integration user may write our fields and sees all records; sales reads the fields', () => {
  const files = filesFor({ Account: WANTED })
  const fields = ['Account.OQL_Domain__c', 'Account.OQL_Stage__c', 'Account.OQL_Score__c']
  const granting = (editable: string) => fields.map(field => ({ field, readable: 'true', editable }))
  const sync = parsed(files, 'permissionsets/OQL_Sync.permissionset-meta.xml')
  expect(sync).toMatchObject({
    fieldPermissions: [
      ...granting('true'),
      { field: 'Account.Website', readable: 'true', editable: 'true' },
      { field: 'Account.Type', readable: 'true', editable: 'false' },
      { field: 'Account.ParentId', readable: 'true', editable: 'false' },
      { field: 'Account.BillingAddress', readable: 'true', editable: 'false' },
    ],
    objectPermissions: { object: 'Account', allowEdit: 'true', allowDelete: 'false', viewAllRecords: 'true' },
  })
  const viewer = parsed(files, 'permissionsets/OQL_Sync_Viewer.permissionset-meta.xml')
  expect(viewer).toMatchObject({ fieldPermissions: granting('false') })
  expect(viewer).not.toHaveProperty('objectPermissions')
})

test('the layout shows our fields in a section of their own, for reading', () => {
  const files = filesFor({ Account: WANTED })
  const layout = parsed(files, 'layouts/Account-Account with OQL Sync.layout-meta.xml')
  expect(layout).toHaveProperty('layoutSections.1', expect.objectContaining({ label: 'Open source usage' }))
  expect(layout).toHaveProperty('layoutSections.1.layoutColumns.0.layoutItems', {
    behavior: 'Readonly',
    field: 'OQL_Stage__c',
  })
})

const KEY = (name: string) => spec(name, 'text', { label: name })

test('the platform event, the field of tasks and what contacts need are in the folder, with their rights', () => {
  const files = filesFor({
    Account: WANTED,
    Contact: [spec('LastName', 'text')],
    Task: [KEY('OQL_Notice_Id__c')],
    OQL_Stage_Change__e: [KEY('Notice_Id__c'), spec('Score__c', 'number', { scale: 2 })],
  })
  expect(parsed(files, 'objects/OQL_Stage_Change__e/OQL_Stage_Change__e.object-meta.xml')).toMatchObject({
    label: 'OQL Stage Change',
    pluralLabel: 'OQL Stage Changes',
    deploymentStatus: 'Deployed',
    eventType: 'HighVolume',
    publishBehavior: 'PublishImmediately',
  })
  expect(parsed(files, 'objects/OQL_Stage_Change__e/fields/Score__c.field-meta.xml')).toMatchObject({
    type: 'Number',
    scale: '2',
  })
  const notice = parsed(files, 'objects/Activity/fields/OQL_Notice_Id__c.field-meta.xml')
  expect(notice).toMatchObject({ type: 'Text', length: '255' })
  expect(notice).not.toHaveProperty('unique')
  const sync = parsed(files, 'permissionsets/OQL_Sync.permissionset-meta.xml')
  expect(sync).toHaveProperty(
    'fieldPermissions',
    expect.arrayContaining(
      ['Contact.Email', 'Contact.AccountId', 'Task.OQL_Notice_Id__c', 'Event.OQL_Notice_Id__c'].map(
        field => ({
          field,
          readable: 'true',
          editable: 'true',
        }),
      ),
    ),
  )
  expect(sync).toMatchObject({
    objectPermissions: [
      { object: 'Account', allowEdit: 'true' },
      { object: 'Contact', allowEdit: 'true' },
      { object: 'OQL_Stage_Change__e', allowRead: 'true', allowCreate: 'true', allowEdit: 'false' },
    ],
    userPermissions: [
      { name: 'ActivitiesAccess', enabled: 'true' },
      { name: 'EditTask', enabled: 'true' },
    ],
  })
  const viewer = files.get(`${MAIN}/permissionsets/OQL_Sync_Viewer.permissionset-meta.xml`) ?? ''
  expect(viewer).not.toMatch(/OQL_Notice_Id__c|OQL_Stage_Change__e|userPermissions/)
})

test('a mapping that translates stages gets no list of values that it does not write', () => {
  const files = filesFor({ Account: [stage(['Trying', 'Using'])] })
  expect([...files.keys()].filter(path => path.includes('listViews'))).toEqual([])
})
