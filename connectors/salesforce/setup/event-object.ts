import type { Call, SchemaStep } from '../../../src/contract/index.ts'
import type { Client } from '../http/client.ts'
import { EVENT } from '../objects.ts'
import { refusedOf } from './grant.ts'

/**
 * The definition of the platform event, without its fields. It is published at once: the notice that it carries is due
 * only after the record was written, so there is no transaction of ours to wait for.
 */
export const eventObject = {
  label: 'OQL Stage Change',
  pluralLabel: 'OQL Stage Changes',
  description:
    'An account moved from one adoption stage to another. Published by OQL Sync; flows subscribe to it.',
  deploymentStatus: 'Deployed',
  eventType: 'HighVolume',
  publishBehavior: 'PublishImmediately',
}

/** Makes the platform event where it is not there. Null where there is nothing to do. */
export async function ensureEvent(
  client: Client,
  object: string,
  call: Call & { dryRun: boolean },
): Promise<SchemaStep | null> {
  if (object !== EVENT || (await client.hasObject(EVENT, call))) return null
  const step: SchemaStep = {
    action: 'create_object',
    object,
    name: EVENT,
    detail: 'platform event, high volume',
    done: false,
  }
  if (call.dryRun) return step
  const refused = await refusedOf(async () => {
    const [result] = await client.upsertMetadata('CustomObject', [{ fullName: EVENT, ...eventObject }], call)
    return result?.success === true ? undefined : reasonOf(result?.errors ?? [])
  })
  return refused === undefined ? { ...step, done: true } : { ...step, action: 'conflict', detail: refused }
}

const reasonOf = (errors: readonly { message: string }[]): string =>
  errors.map(({ message }) => message).join('; ') || 'Salesforce does not say what became of it'
