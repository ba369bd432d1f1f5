import { expect, onTestFinished, test } from 'vitest'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import { assign, login } from '../integration/salesforce-sandbox/asking.ts'
import { deployFolder } from './deploy-folder.ts'
import { newPlace } from './place.ts'

const CONFIG = ['--config', 'own/config/oql.yaml']

/** Tasks and events need the most: fields of Activity, an event of its own. */
const EVERYTHING = `
create: { when: { stage: [investigation, experimentation, ongoing_usage] } }
leads: { when: { stage: [experimentation, ongoing_usage] } }
people: {}
on_stage_change:
  - task: { subject: "{{name}}", body: "{{reason}}" }
  - event: {}
`

async function exported(more = '') {
  const sandbox = await createSalesforceSandbox()
  onTestFinished(() => sandbox.close())
  const place = await newPlace()
  expect((await place.oql('init', 'own', '--crm', 'salesforce')).code).toBe(0)
  await place.change('own/config/oql.yaml', 'http://127.0.0.1:8789', sandbox.url)
  const mapping = await place.read('own/mappings/salesforce.yaml')
  const fields = mapping.slice(mapping.indexOf('fields:')).split(/\n(?=\w)/)[0]
  if (more !== '') {
    await place.write(
      'own/mappings/salesforce.yaml',
      `object: Account\nmatch: { by: Website }\n${fields}\n${more}`,
    )
  }
  const told = await place.oql('setup', 'salesforce', '--export', 'out', ...CONFIG)
  expect(told, told.stderr).toMatchObject({ code: 0 })
  return { sandbox, place, folder: `${place.directory}/out`, connection: await login(sandbox) }
}

test.each([
  ['the mapping that ships', ''],
  ['a mapping that wants everything', EVERYTHING],
])('the exported folder of %s deploys as it is, twice, and check finds nothing lacking', async (_, more) => {
  const { place, folder, connection } = await exported(more)
  for (const time of ['first', 'second']) {
    const result = await deployFolder(connection, folder)
    expect(result.details, time).toMatchObject({ componentFailures: [] })
    expect(result).toMatchObject({ success: true, status: 'Succeeded' })
  }
  await assign(connection, 'OQL_Sync')
  const checked = await place.oql('check', '--json', ...CONFIG)
  const { problems } = JSON.parse(checked.stdout) as { problems: { code: string }[] }
  // There are no signals here: of the CRM, nothing is lacking.
  expect(problems.filter(({ code }) => code !== 'source_unreadable')).toEqual([])
  const viewer = await connection.metadata.read('PermissionSet', 'OQL_Sync_Viewer')
  expect(viewer.fieldPermissions).toContainEqual({
    field: 'Account.OQL_Stage__c',
    readable: true,
    editable: false,
  })
})

test('a deployment that only checks, or that fails in one part, changes nothing', async () => {
  const { place, folder, connection } = await exported()
  expect(await deployFolder(connection, folder, { checkOnly: true })).toMatchObject({ success: true })
  const fields = async () => (await connection.sobject('Account').describe()).fields.map(({ name }) => name)
  expect(await fields()).not.toContain('OQL_Stage__c')

  const stage = 'out/force-app/main/default/objects/Account/fields/OQL_Score__c.field-meta.xml'
  await place.change(stage, '<precision>18</precision>', '')
  const failed = await deployFolder(connection, folder)
  expect(failed).toMatchObject({ success: false, status: 'Failed' })
  expect(failed.details?.componentFailures).toContainEqual(
    expect.objectContaining({
      fullName: 'Account.OQL_Score__c',
      problem: expect.stringContaining('precision'),
    }),
  )
  const sets = await connection.query("SELECT Id FROM PermissionSet WHERE Name = 'OQL_Sync'")
  expect(sets.totalSize).toBe(0)
  expect(await connection.metadata.read('CustomField', 'Account.OQL_Stage__c')).not.toHaveProperty('fullName')
})
