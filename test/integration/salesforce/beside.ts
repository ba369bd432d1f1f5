import { capabilities } from '../../../connectors/salesforce/objects.ts'
import type { SalesforceSandboxOptions } from '../../../connectors/salesforce/sandbox/index.ts'
import type { FieldSpec } from '../../../src/contract/index.ts'
import { countedCall, ready, type World } from './world.ts'

const text = (name: string): FieldSpec => ({ name, label: name, description: name, type: 'text' })

/** What the core asks `setup` to make for tasks and for the platform event. */
export const NOTICE_FIELDS: Readonly<Record<string, FieldSpec[]>> = Object.fromEntries(
  Object.values(capabilities.notices).map(({ object, key, fields }) => [object, [text(key), ...fields]]),
)

/** A world with our fields on all objects, those of leads, contacts and notices among them. */
export async function readyForAll(
  options: SalesforceSandboxOptions = {},
  more: object = {},
): Promise<World & { owner(name: string): string }> {
  const made = await ready(options, more)
  for (const [object, fields] of Object.entries(NOTICE_FIELDS)) {
    const steps = await made.session.ensureSchema(object, fields, countedCall())
    const stuck = steps.filter(({ done }) => !done)
    if (stuck.length > 0) throw new Error(`the schema was not made: ${JSON.stringify(stuck)}`)
  }
  made.sandbox.control.resetCounters()
  const owner = (name: string) => {
    const found = made.sandbox.control.records('User').find(({ fields }) => fields.Username === name)
    if (found === undefined) throw new Error(`no user ${name}`)
    return found.id
  }
  return { ...made, owner }
}
