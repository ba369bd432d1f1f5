import { type Call, RequestFailed, type SchemaStep } from '../../../src/contract/index.ts'
import type { Client, Component } from '../http/client.ts'
import { idsOf } from '../read/identity.ts'
import { literal } from '../read/soql.ts'
import { valueAt } from '../read/values.ts'
import { completed, GRANTS, SYNC, wishesOf } from './permission-sets.ts'

type DryRun = Call & { dryRun: boolean }

/**
 * Grants our fields in both permission sets, and the integration user's set to the user that we are.
 * @param inSight fields of the object that this user sees already
 */
export async function grantFields(
  client: Client,
  object: string,
  ours: readonly string[],
  inSight: ReadonlySet<string>,
  call: DryRun,
): Promise<SchemaStep[]> {
  const there = await client.readPermissionSets(
    GRANTS.map(({ name }) => name),
    call,
  )
  const steps: SchemaStep[] = []
  for (const grant of GRANTS) {
    const known = there.find(({ fullName }) => fullName === grant.name)
    const lacking = completed(grant, known, object, wishesOf(grant, object, ours, inSight))
    if (lacking === null) continue
    const step = granting(
      object,
      grant.name,
      `${known === undefined ? 'new permission set: ' : ''}${lacking.adds.join(', ')}`,
    )
    steps.push(await taken(step, call, () => upsert(client, lacking.component, call)))
  }
  return [...steps, ...(await assign(client, object, call))]
}

async function assign(client: Client, object: string, call: DryRun): Promise<SchemaStep[]> {
  const { user } = await idsOf(client, call)
  if (user === null) return [unassigned(object)]
  const where = `AssigneeId = ${literal(user)} AND PermissionSet.Name = ${literal(SYNC.name)}`
  const assigned = await client.query(
    `SELECT Id FROM PermissionSetAssignment WHERE ${where}`,
    { deleted: false },
    call,
  )
  if (assigned.records.length > 0) return []
  const step = granting(object, SYNC.name, `assigned to the user of this connection (${user})`)
  return [await taken(step, call, () => assignTo(client, user, call))]
}

/** An assignment that we can't see to. */
const unassigned = (object: string): SchemaStep => ({
  ...granting(
    object,
    SYNC.name,
    `Salesforce does not tell which user this connection is: assign ${SYNC.name} to it in Setup → Users`,
  ),
  action: 'conflict',
})

async function assignTo(client: Client, user: string, call: Call): Promise<string | undefined> {
  const soql = `SELECT Id FROM PermissionSet WHERE Name = ${literal(SYNC.name)}`
  const [set] = (await client.query(soql, { deleted: false }, call)).records
  const id = set === undefined ? null : valueAt(set, 'Id')
  if (typeof id !== 'string') return `there is no permission set ${SYNC.name} to assign`
  await client.insert('PermissionSetAssignment', { AssigneeId: user, PermissionSetId: id }, call)
  return undefined
}

async function upsert(client: Client, component: Component, call: Call): Promise<string | undefined> {
  const [result] = await client.upsertMetadata('PermissionSet', [component], call)
  if (result?.success === true) return undefined
  return (
    result?.errors.map(({ message }) => message).join('; ') || 'Salesforce does not say what became of it'
  )
}

const granting = (object: string, name: string, detail: string): SchemaStep => ({
  action: 'grant_access',
  object,
  name,
  detail,
  done: false,
})

/** Takes a step; what keeps it from being taken makes it a matter for people, and the others go on. */
async function taken(
  step: SchemaStep,
  { dryRun }: { dryRun: boolean },
  take: () => Promise<string | undefined>,
): Promise<SchemaStep> {
  if (dryRun) return step
  const reason = await refusedOf(take)
  return reason === undefined ? { ...step, done: true } : { ...step, action: 'conflict', detail: reason }
}

/** Why a step was not taken: what the same request would meet again. Undefined where it was. */
export async function refusedOf(take: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await take()
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const { kind, message } = error.failure
    if (kind === 'invalid' || kind === 'forbidden' || kind === 'duplicate' || kind === 'gone') return message
    throw error
  }
}
