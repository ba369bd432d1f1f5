import type { SandboxUser } from '../options.ts'
import type { Org } from './org.ts'
import type { FlatFields } from './stored-record.ts'

/** Puts the org itself and its users where queries find them. */
export function putSetupRecords(org: Org): void {
  const at = new Date(org.clock.now()).toISOString()
  const [first] = org.users
  const system = {
    IsDeleted: false,
    CreatedDate: at,
    CreatedById: first?.id ?? null,
    LastModifiedDate: at,
    LastModifiedById: first?.id ?? null,
    SystemModstamp: at,
  }
  org.table('Organization').put({
    id: org.id,
    values: {
      ...system,
      Id: org.id,
      Name: 'Sandbox Org',
      OrganizationType: 'Enterprise Edition',
      InstanceName: 'SBX1',
      IsSandbox: true,
      DefaultLocaleSidKey: 'en_US',
    },
  })
  for (const { id, username, name, email, active } of org.users) {
    const values = { ...system, Id: id, Username: username, Name: name, Email: email, IsActive: active }
    org.table('User').put({ id, values })
  }
  for (const { id, name } of org.settings.queues) {
    const values = { ...system, Id: id, Name: name, DeveloperName: name, Type: 'Queue' }
    org.table('Group').put({ id, values })
  }
}

/** Puts a record of the org's setup there, or changes it. `fields` has its `Id`. */
export function putSetupRecord(org: Org, user: SandboxUser, object: string, fields: FlatFields): void {
  const id = String(fields.Id)
  const at = new Date(org.clock.now()).toISOString()
  const before = org.table(object).get(id)?.values ?? {
    CreatedDate: at,
    CreatedById: user.id,
    IsDeleted: false,
  }
  const values = { ...before, ...fields, LastModifiedDate: at, LastModifiedById: user.id, SystemModstamp: at }
  org.table(object).put({ id, values })
}
