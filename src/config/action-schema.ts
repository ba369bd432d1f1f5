import { z } from 'zod'
import { ALWAYS } from '../domain/when.ts'
import { riskChangeNames, stageChangeNames } from './condition-names.ts'
import type { Action } from './mapping.ts'
import { ownerChoice } from './owner-schema.ts'
import { type Fault, fault, isMap } from './parsed.ts'
import { crossChecked, duration } from './quantities.ts'
import { template } from './template.ts'
import { when } from './when.ts'

const DUE_IN_MS = 86_400_000
const SUBJECTS = { stage: '{{name}} reached {{stage_label}}', risk: '{{name}} is going quiet' } as const
const BODY = '{{reason}}'

/** The list under `on_stage_change` or `on_risk_change`. */
export const changeActions = (change: 'stage' | 'risk', segments: readonly string[]) => {
  const names = change === 'stage' ? stageChangeNames(segments) : riskChangeNames(segments)
  const condition = () => when(names, `${change}_change_when`).default(ALWAYS)
  const words = () => template([...names.keys()].filter(name => name !== 'segment'))
  const action = z.strictObject({
    task: z
      .strictObject({
        when: condition(),
        subject: words().default(SUBJECTS[change]),
        body: words().default(BODY),
        due_in: duration().default(DUE_IN_MS),
        ...ownerChoice(),
      })
      .optional(),
    event: z.strictObject({ when: condition() }).optional(),
    note: z.strictObject({ when: condition(), body: words().default(BODY) }).optional(),
  })
  return z.array(
    crossChecked(action, oneOnly).transform(({ task, event, note }): Action => {
      if (task !== undefined) {
        const { due_in: dueInMs, fallback_owner: fallbackOwner, ...rest } = task
        return { type: 'task', ...rest, dueInMs, fallbackOwner }
      }
      if (event !== undefined) return { type: 'event', ...event }
      return { type: 'note', when: note?.when ?? ALWAYS, body: note?.body ?? BODY }
    }),
  )
}

/** An unknown key is told by itself; here it is one of the three, or another of the three beside it. */
function oneOnly(written: unknown): Fault[] {
  if (!isMap(written)) return []
  const [first, ...others] = ['task', 'event', 'note'].filter(key => written[key] !== undefined)
  if (first === undefined && Object.keys(written).length === 0)
    return [fault('must be a task, an event or a note')]
  return others.map(key => fault(`stands beside ${first}: give it an item of its own`, [key]))
}
