import type { Call, CheckProblem, Intent } from '../../../src/contract/index.ts'
import type { Described } from '../http/answers.ts'
import { EVENT, LEAD, TASK } from '../objects.ts'
import { type Catalogue, describedOrNone } from '../read/fields.ts'
import { type Findings, NOTHING, together, unlessRefused } from './findings.ts'
import { closedFields, forbidden, missingObject } from './problems.ts'

/** What keeps tasks, notes and events from being made. Fields of ours that are lacking are found by the core. */
export async function checkNotices(catalogue: Catalogue, intent: Intent, call: Call): Promise<Findings> {
  const { notices = [] } = intent
  const makesTasks = notices.includes('task') || notices.includes('note')
  return together([
    makesTasks ? await checkTasks(catalogue, intent, call) : NOTHING,
    notices.includes('event') ? await checkEvent(catalogue, call) : NOTHING,
  ])
}

async function checkTasks(catalogue: Catalogue, intent: Intent, call: Call): Promise<Findings> {
  const described = await unlessRefused(() => catalogue.describe(TASK, call), null)
  if (described === null) return { problems: [missingObject(TASK)], warnings: [] }
  if (!described.createable) return { problems: [forbidden(TASK, 'create')], warnings: [] }
  const parents = [
    ...(intent.object === LEAD || intent.createsAs === LEAD ? ['WhoId'] : []),
    ...(intent.object === LEAD ? [] : ['WhatId']),
  ]
  const needed = [...parents, 'Subject', 'Description', 'ActivityDate', 'Status', 'OwnerId']
  return { problems: closedFields(described, needed), warnings: missingStatuses(described, intent) }
}

/** An org may have renamed them: a status that it does not know is kept as a text, and ends no task. */
function missingStatuses({ fields }: Described, { notices = [] }: Intent): CheckProblem[] {
  const values = (fields.find(({ name }) => name === 'Status')?.picklistValues ?? []).map(
    ({ value }) => value,
  )
  const needed = [
    ...(notices.includes('task') ? ['Not Started'] : []),
    ...(notices.includes('note') ? ['Completed'] : []),
  ]
  const missing = needed.filter(value => !values.includes(value))
  if (values.length === 0 || missing.length === 0) return []
  return [
    {
      code: 'missing_task_status',
      message: `Tasks of this org have no status ${missing.join(', ')}`,
      hint: 'Add it in Setup → Object Manager → Task → Status; a note is a completed task',
    },
  ]
}

/** One that is not there at all is told by its fields. */
async function checkEvent(catalogue: Catalogue, call: Call): Promise<Findings> {
  const described = await unlessRefused(() => describedOrNone(catalogue, EVENT, call), null)
  if (described === null || described.createable) return NOTHING
  return { problems: [forbidden(EVENT, 'create')], warnings: [] }
}
