import { randomUUID } from 'node:crypto'
import type { SandboxUser } from '../options.ts'
import { checkWrite } from '../write/check-write.ts'
import { failed, type Outcome } from '../write/outcome.ts'
import type { Row } from '../write/row.ts'
import type { ObjectType } from './object-type.ts'
import type { Org } from './org.ts'

const HOUR_MS = 3_600_000

/** Publishes a platform event. The answer's one error is none: it tells that the event is enqueued. */
export function publish(org: Org, user: SandboxUser, object: ObjectType, { values }: Row): Outcome {
  const fields = Object.fromEntries([...values].map(([field, value]) => [field.name, value]))
  const error =
    org.faults.poisoned({ object: object.name, fields }) ??
    checkWrite({ org, object, user, before: null, values })
  if (error !== undefined) return { success: false, errors: [error] }
  if (eventsOfHour(org) >= org.settings.hourlyEvents) {
    return failed('LIMIT_EXCEEDED', 'The hourly limit for publishing platform events was exceeded.')
  }
  org.events.push({ object: object.name, fields, at: org.clock.now() })
  org.counters.written('created')
  const enqueued = { statusCode: 'OPERATION_ENQUEUED', message: randomUUID(), fields: [] }
  return { success: true, id: org.newId(object.keyPrefix), created: true, errors: [enqueued] }
}

/** Events of the last hour, which is what the limit counts. */
export function eventsOfHour(org: Org): number {
  const since = org.clock.now() - HOUR_MS
  return org.events.filter(({ at }) => at > since).length
}
