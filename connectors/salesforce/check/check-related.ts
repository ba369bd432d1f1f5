import type { Call, CheckProblem, Intent } from '../../../src/contract/index.ts'
import type { Described } from '../http/answers.ts'
import { CONTACT, LEAD, LEAD_KEY_FIELD } from '../objects.ts'
import type { Checker } from './checker.ts'
import { type Findings, NOTHING, together, unlessRefused } from './findings.ts'
import { closedFields, forbidden, missingObject, noExternalId } from './problems.ts'
import { requiredFields } from './required-fields.ts'

/** What keeps leads beside accounts, and contacts, from being made and found again. */
export async function checkRelated(checker: Checker, intent: Intent, call: Call): Promise<Findings> {
  return together([
    intent.leads === true ? await checkLeads(checker, call) : NOTHING,
    intent.contacts === true
      ? await checkMade(checker, CONTACT, ['LastName', 'Email', 'AccountId'], call)
      : NOTHING,
  ])
}

async function checkLeads(checker: Checker, call: Call): Promise<Findings> {
  const described = await unlessRefused(() => checker.catalogue.describe(LEAD, call), null)
  const made = await checkMade(checker, LEAD, ['Company', 'LastName'], call)
  if (described === null) return made
  const key = described.fields.find(({ name }) => name === LEAD_KEY_FIELD)
  const problems = key === undefined || key.externalId ? [] : [noExternalId(LEAD, LEAD_KEY_FIELD)]
  return together([made, { problems, warnings: closedStatuses(described, checker.closed) }])
}

/** An object that we make and change beside the account's own. */
async function checkMade(
  { catalogue }: Checker,
  object: string,
  needed: readonly string[],
  call: Call,
): Promise<Findings> {
  const described = await unlessRefused(() => catalogue.describe(object, call), null)
  if (described === null) return { problems: [missingObject(object)], warnings: [] }
  const { queryable, createable, updateable } = described
  const rights = [
    ...(queryable ? [] : [forbidden(object, 'read')]),
    ...(updateable ? [] : [forbidden(object, 'edit')]),
    ...(createable ? [] : [forbidden(object, 'create')]),
  ]
  return {
    // Who may not create at all hears it once.
    problems: [...rights, ...(createable ? closedFields(described, needed) : [])],
    // What its mapping lines fill is not said here.
    warnings: requiredFields(object, described, needed),
  }
}

/** A lead whose end goes by another name stays open to us, and no other is made beside it. */
function closedStatuses({ fields }: Described, closed: ReadonlySet<string>): CheckProblem[] {
  const values = fields.find(({ name }) => name === 'Status')?.picklistValues ?? []
  if (values.length === 0 || values.some(({ value }) => closed.has(value.toLowerCase()))) return []
  return [
    {
      code: 'no_closed_status',
      message: `None of the lead statuses is known to end a lead: ${values.map(({ value }) => value).join(', ')}`,
      hint: 'Name those that do in the config: `closed_lead_statuses: ["…"]`; until then only converted leads make room for another',
    },
  ]
}
