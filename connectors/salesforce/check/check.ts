import type { Call, CheckProblem, CheckReport, Intent } from '../../../src/contract/index.ts'
import type { Described } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { capabilities, KEY_FIELD, LEAD } from '../objects.ts'
import type { Catalogue } from '../read/fields.ts'
import { identify } from '../read/identity.ts'
import { checkLayouts } from './check-layouts.ts'
import { checkNotices } from './check-notices.ts'
import { checkOwners } from './check-owners.ts'
import { checkRelated } from './check-related.ts'
import type { Checker } from './checker.ts'
import { type Findings, NOTHING, together, unlessRefused } from './findings.ts'
import { forbidden, missingObject, noExternalId } from './problems.ts'
import { requiredFields } from './required-fields.ts'

/** Less than this share of the day's calls left is worth a word before a run. */
const FEW_CALLS_LEFT = 0.1

/** Who we are, and what keeps `intent` from working that the fields alone don't tell. Reads only. */
export async function check(checker: Checker, intent: Intent, call: Call): Promise<CheckReport> {
  const { client, catalogue } = checker
  // First, because a login that fails in passing is tried again under a request.
  const calls = await checkCalls(client, call)
  const identity = await identify(client, call)
  const made = intent.createsAs ?? intent.object
  const objects = [...new Set([intent.object, ...(intent.creates ? [made] : [])])]
  const found: Findings[] = [calls, olderVersion(checker)]
  for (const object of objects) {
    const creates = intent.creates && object === made
    found.push(await checkObject(client, catalogue, object, { ...intent, creates }, call))
  }
  found.push(await checkRelated(checker, intent, call), await checkNotices(catalogue, intent, call))
  const queues = intent.leads === true || mayMakeTasks(intent) || (intent.creates && made === LEAD)
  const { ownersGone, ...owners } = await checkOwners(client, intent.owners, { queues }, call)
  return { identity, ...together([...found, owners]), ownersGone }
}

const mayMakeTasks = ({ notices = [] }: Intent): boolean => notices.includes('task')

/** The config's stands for a newer org than this one. */
function olderVersion({ client, apiVersion }: Checker): Findings {
  if (client.version() === apiVersion) return NOTHING
  const warning = {
    code: 'older_api_version',
    message: `This Salesforce org has no API version ${apiVersion}: its newest, ${client.version()}, is spoken`,
    hint: `Set \`api_version: "${client.version()}"\` in the config; each session asks once more without it`,
  }
  return { problems: [], warnings: [warning] }
}

async function checkCalls(client: Client, call: Call): Promise<Findings> {
  const { DailyApiRequests: calls } = await unlessRefused(() => client.orgLimits(call), {
    DailyApiRequests: undefined,
  })
  if (calls === undefined) return NOTHING
  if (calls.Max === 0) return { problems: [NO_CALLS], warnings: [] }
  if (calls.Remaining > calls.Max * FEW_CALLS_LEFT) return NOTHING
  return { problems: [], warnings: [fewCallsLeft(calls.Remaining, calls.Max)] }
}

async function checkObject(
  client: Client,
  catalogue: Catalogue,
  object: string,
  intent: Intent,
  call: Call,
): Promise<Findings> {
  if (capabilities.key[object] === undefined) return { problems: [unknownObject(object)], warnings: [] }
  const described = await unlessRefused(() => catalogue.describe(object, call), null)
  if (described === null) return { problems: [missingObject(object)], warnings: [] }
  const required = intent.creates ? requiredFields(object, described, intent.fields) : []
  return together([
    { problems: rightsProblems(described, intent), warnings: [] },
    // Where nobody said what the mapping fills, one of them may.
    intent.fields === undefined ? { problems: [], warnings: required } : { problems: required, warnings: [] },
    await checkLayouts(client, described, call),
  ])
}

function rightsProblems(described: Described, { creates, object }: Intent): CheckProblem[] {
  const { name, queryable, updateable, createable, fields } = described
  const key = fields.find(field => field.name === KEY_FIELD)
  return [
    ...(queryable ? [] : [forbidden(name, 'read')]),
    ...(updateable || name !== object ? [] : [forbidden(name, 'edit')]),
    ...(creates && !createable ? [forbidden(name, 'create')] : []),
    ...(key !== undefined && !key.externalId ? [noExternalId(name, KEY_FIELD)] : []),
  ]
}

const unknownObject = (object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `The Salesforce connector does not know the object ${object}`,
  hint: `Set \`object\` and \`create.as\` in the mapping to one of: ${Object.keys(capabilities.key).join(', ')}`,
})

const NO_CALLS: CheckProblem = {
  code: 'no_api',
  message: 'This Salesforce org allows no API calls',
  hint: 'The API comes with the Enterprise edition and above, or as an add-on',
}

const fewCallsLeft = (left: number, all: number): CheckProblem => ({
  code: 'few_calls_left',
  message: `Salesforce has ${left} of ${all} API calls left in these 24 hours`,
  hint: 'Other integrations use them too: `budget:` in the config keeps ours to a share',
})
