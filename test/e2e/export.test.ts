import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { newPlace, type Place } from './place.ts'

interface Exported {
  files: string[]
}

async function salesforcePlace(): Promise<Place> {
  const place = await newPlace()
  expect((await place.oql('init', 'own', '--crm', 'both')).code).toBe(0)
  return place
}

const CONFIG = ['--config', 'own/config/oql.yaml']

test('setup --export writes a folder to deploy, connects to nothing, and writes it anew', async () => {
  const place = await salesforcePlace()
  const told = await place.oql('setup', 'salesforce', '--export', 'out', ...CONFIG)
  expect(told.code).toBe(0)
  expect(told.stdout).toContain('sf project deploy start --source-dir force-app')
  const stage = 'force-app/main/default/objects/Account/fields/OQL_Stage__c.field-meta.xml'
  const reason = 'force-app/main/default/objects/Account/fields/OQL_Reason__c.field-meta.xml'
  expect(await place.read(`out/${stage}`)).toContain('<fullName>ongoing_usage</fullName>')

  // What the mapping has no more is not deployed any more.
  await place.change('own/mappings/salesforce.yaml', '  - { from: reason, to: OQL_Reason__c }\n', '')
  const { files } = await place.json<Exported>('setup', 'salesforce', '--export', 'out', ...CONFIG)
  expect(files).toContain(path.join(place.directory, 'out', stage))
  const there = await readdir(path.join(place.directory, 'out'), { recursive: true, withFileTypes: true })
  const paths = there.filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name))
  expect(paths.sort()).toEqual([...files, path.join(place.directory, 'out/.oql-export.json')].sort())
  expect(files).not.toContain(path.join(place.directory, 'out', reason))
})

test('setup --export never touches a folder of something else', async () => {
  const place = await salesforcePlace()
  await place.write('mine/README.md', 'mine')
  const refused = await place.oql('setup', 'salesforce', '--export', 'mine', ...CONFIG)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('holds something else')
  expect(await place.read('mine/README.md')).toBe('mine')

  // A marker that names a file outside of its folder has no say there.
  await place.write('out/.oql-export.json', '{"connector":"salesforce","files":["../mine/README.md"]}')
  expect((await place.oql('setup', 'salesforce', '--export', 'out', ...CONFIG)).code).toBe(0)
  expect(await place.read('mine/README.md')).toBe('mine')
})

test('setup --export of a CRM without such files says what to do instead', async () => {
  const place = await salesforcePlace()
  const refused = await place.oql('setup', 'hubspot', '--export', 'out', ...CONFIG)
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('oql setup hubspot')
})

test.each(['../../../../../../stolen__c', 'a/b__c', '/tmp/stolen__c', 'OQL__Stage__c'])(
  'setup --export of a field that is called %s writes nothing, there or elsewhere',
  async name => {
    const place = await salesforcePlace()
    await place.change('own/mappings/salesforce.yaml', 'to: OQL_Reason__c', `to: ${name}`)
    const before = await readdir(place.directory, { recursive: true })
    const refused = await place.oql('setup', 'salesforce', '--export', 'out', ...CONFIG)
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain(`\`${name}\``)
    expect(await readdir(place.directory, { recursive: true })).toEqual(before)
  },
)
