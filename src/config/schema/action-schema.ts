import { z } from 'zod'
import { ALWAYS } from '../../domain/when.ts'
import type { Action } from '../mapping.ts'
import { type Fault, fault, isList, isMap, valueAt } from '../read/parsed.ts'
import { riskChangeNames, stageChangeNames } from '../when/condition-names.ts'
import { when } from '../when/when.ts'
import { ownerChoice } from './owner-schema.ts'
import { crossChecked, duration, text } from './quantities.ts'
import { template } from './template.ts'

const DUE_IN_MS = 86_400_000
const SUBJECTS = { stage: '{{name}} reached {{stage_label}}', risk: '{{name}} is going quiet' } as const
const BODY = '{{reason}}'

/** The list under `on_stage_change` or `on_risk_change`. */
export const changeActions = (change: 'stage' | 'risk', segments: readonly string[]) => {
  const names = change === 'stage' ? stageChangeNames(segments) : riskChangeNames(segments)
  const condition = () => when(names, `${change}_change_when`).default(ALWAYS)
  const name = () =>
    text()
      .regex(NAME, 'must be letters, digits, - and _, a letter first')
      .optional()
      .describe('What waits for it stays its own, whatever else of it changes.')
  const words = () => template([...names.keys()].filter(name => name !== 'segment'))
  const action = z.strictObject({
    task: z
      .strictObject({
        name: name(),
        when: condition(),
        subject: words().default(SUBJECTS[change]),
        body: words().default(BODY),
        due_in: duration().default(DUE_IN_MS),
        ...ownerChoice(),
      })
      .optional(),
    event: z.strictObject({ name: name(), when: condition() }).optional(),
    note: z.strictObject({ name: name(), when: condition(), body: words().default(BODY) }).optional(),
  })
  const one = crossChecked(action, oneOnly).transform(({ task, event, note }): Action => {
    if (task !== undefined) {
      const { due_in: dueInMs, fallback_owner: fallbackOwner, ...rest } = task
      return { type: 'task', ...rest, dueInMs, fallbackOwner }
    }
    if (event !== undefined) return { type: 'event', ...event }
    return { type: 'note', name: note?.name, when: note?.when ?? ALWAYS, body: note?.body ?? BODY }
  })
  return crossChecked(z.array(one), written => (isList(written) ? namedTwice(written) : []))
}

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
const TYPES = ['task', 'event', 'note'] as const

/** Over actions, or what was written in their place where one of them is wrong. */
function namedTwice(items: readonly unknown[]): Fault[] {
  const named = items.map(item => {
    const type = TYPES.find(key => isMap(item) && (item.type === key || isMap(item[key]))) ?? ''
    return { type, name: valueAt(item, ['name']) ?? valueAt(item, [type, 'name']) }
  })
  return named.flatMap(({ type, name }, index) => {
    const first = named.findIndex(other => other.name === name)
    if (typeof name !== 'string' || first === index) return []
    return [fault(`names must be unique: item [${first}] has it too`, [index, type, 'name'])]
  })
}

/** An unknown key is told by itself; here it is one of the three, or another of the three beside it. */
function oneOnly(written: unknown): Fault[] {
  if (!isMap(written)) return []
  const [first, ...others] = TYPES.filter(key => written[key] !== undefined)
  if (first === undefined && Object.keys(written).length === 0)
    return [fault('must be a task, an event or a note')]
  return others.map(key => fault(`stands beside ${first}: give it an item of its own`, [key]))
}
