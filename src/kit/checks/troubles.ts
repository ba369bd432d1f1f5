import { type Failure, RequestFailed, type Session, SessionFault } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Fault } from '../relay.ts'
import type { Stage } from '../stage.ts'

/** What a read of one record threw, past the core's hook. */
async function readError(stage: Stage, session: Session): Promise<unknown> {
  const [id = ''] = await stage.insert({})
  try {
    await stage.read(session, { object: stage.subject.object, ids: [id] }, [stage.subject.note])
    return undefined
  } catch (error) {
    return error
  }
}

const nameOf = (error: unknown): string =>
  error instanceof RequestFailed
    ? `RequestFailed ${error.failure.kind}`
    : error instanceof SessionFault
      ? `SessionFault ${error.fault}`
      : error === undefined
        ? 'nothing'
        : `${error}`

const throttled: Check = {
  id: 'throttled',
  promise: 'a CRM that is asked too fast is throttled, with the time that it asks for',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    const ways = await change.everyWay(stage, 2, 'too fast')
    await stage.crm.refuse('throttled')
    const error = await readError(stage, session)
    const isThrottled = error instanceof RequestFailed && error.failure.kind === 'throttled'
    stage.must(isThrottled, `a read threw ${nameOf(error)}`)
    if (error instanceof RequestFailed) mustTellTime(stage, error.failure)
    for (const changes of ways) {
      const results = await session.write(changes, stage.hook())
      change.mustAnswerAll(stage, changes, results, change.wayOf(changes))
      for (const { key } of changes) {
        const failure = change.failureOf(results, key)
        stage.must(failure?.kind === 'throttled', `${key} is ${change.said(change.resultOf(results, key))}`)
        if (failure !== undefined) mustTellTime(stage, failure)
      }
    }
  },
}

function mustTellTime({ harness, must }: Stage, { retryAfterMs }: Failure): void {
  const isRight =
    harness.throttleMs === null
      ? retryAfterMs === undefined || retryAfterMs > 0
      : retryAfterMs === harness.throttleMs
  must(isRight, `retryAfterMs is ${retryAfterMs}, and the CRM asked for ${harness.throttleMs ?? 'no time'}`)
}

const serverErrors: Check = {
  id: 'server-errors',
  promise: 'a 5xx or a page of HTML is transient to a read, and an unknown outcome to a write',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    for (const how of ['html_502', 'json_503'] as const) {
      stage.relay.strike({ how, carried: false })
      const error = await readError(stage, session)
      const isPassing = error instanceof RequestFailed && error.failure.kind === 'transient'
      stage.must(isPassing, `${how}: a read threw ${nameOf(error)}`)
      await mustBeUnknown(stage, session, { how, carried: true, kind: 'write' })
    }
  },
}

async function mustBeUnknown(stage: Stage, session: Session, fault: Fault): Promise<void> {
  stage.relay.calm()
  for (const changes of await change.everyWay(stage, 2, 'maybe')) {
    stage.relay.strike(fault)
    const results = await session.write(changes, stage.hook())
    stage.relay.calm()
    const of = `${fault.how}, ${change.wayOf(changes)}`
    change.mustAnswerAll(stage, changes, results, of)
    for (const { key } of changes) {
      const said = change.said(change.resultOf(results, key))
      stage.must(said === 'unknown_outcome', `${of}: ${key} was written, and is ${said}`)
    }
  }
}

const garbage: Check = {
  id: 'unreadable-answer',
  promise: 'a success that can not be read fails a read, and leaves the outcome of a write unknown',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    stage.relay.strike({ how: 'garbage', carried: false })
    const error = await readError(stage, session)
    const isTold =
      (error instanceof RequestFailed && error.failure.kind === 'transient') ||
      (error instanceof SessionFault && error.fault === 'bug')
    stage.must(isTold, `a read threw ${nameOf(error)}`)
    await mustBeUnknown(stage, session, { how: 'garbage', carried: true, kind: 'write' })
  },
}

const laterPage: Check = {
  id: 'failed-page',
  promise: 'a read that fails on its second page throws, and does not end as though it were complete',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    const { object } = stage.subject
    await stage.insert(...Array.from({ length: stage.harness.pastOnePage }, () => ({})))
    stage.relay.strike({ how: 'json_503', carried: false, after: 1 })
    const outcome = await stage.read(session, { object, all: true }).then(
      records => `ended with ${records.length} records`,
      () => 'threw',
    )
    stage.must(outcome === 'threw', `the read ${outcome}`)
  },
}

const quota: Check = {
  id: 'quota',
  promise: "a day's calls that are used up end the session: SessionFault quota",
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    const ways = await change.everyWay(stage, 2, 'too many')
    await stage.crm.refuse('quota')
    mustEnd(stage, await readError(stage, session), 'quota', 'a read')
    for (const changes of ways) {
      const error = await session.write(changes, stage.hook()).then(() => undefined, caught)
      mustEnd(stage, error, 'quota', change.wayOf(changes))
    }
  },
}

const caught = (error: unknown): unknown => error

const auth: Check = {
  id: 'auth',
  promise: 'whoever is not let in, from the beginning or any more, gets SessionFault auth',
  per: 'object',
  async run(stage) {
    const { crm, relay, config } = stage
    if (crm.secrets.length === 0) return
    const stranger = await stage.open(withWrong(config(), crm.secrets))
    mustEnd(stage, await readError(stage, stranger), 'auth', 'a wrong secret')
    const session = await stage.ready()
    relay.revoke()
    const error = await readError(stage, session)
    // A session that can ask for a new token may just go on.
    if (error !== undefined || stage.harness.tokenPath === undefined) {
      mustEnd(stage, error, 'auth', 'a token that was revoked')
    }
  },
}

function mustEnd(stage: Stage, error: unknown, fault: string, of: string): void {
  const isRight = error instanceof SessionFault && error.fault === fault
  stage.must(isRight, `${of}: threw ${nameOf(error)}, not SessionFault ${fault}`)
}

/** The config with secrets that are well-formed and wrong. */
function withWrong(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.includes(value) ? value.replace(/\w(?=\W*$)/, swapped) : value
  if (Array.isArray(value)) return value.map(item => withWrong(item, secrets))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withWrong(item, secrets)]))
}

const swapped = (letter: string): string => (letter === 'x' ? 'y' : 'x')

export const TROUBLES: readonly Check[] = [throttled, serverErrors, garbage, laterPage, quota, auth]
