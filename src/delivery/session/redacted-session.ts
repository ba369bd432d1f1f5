import { RequestFailed } from '../../contract/faults.ts'
import type { SchemaStep } from '../../contract/fields.ts'
import type { Result } from '../../contract/records.ts'
import type { Bulk, CheckProblem, CheckReport, Session } from '../../contract/session.ts'
import type { Redactor } from '../../domain/redactor.ts'

type Clean = Pick<Redactor, 'text'>

/**
 * A session whose words hold no secret: a CRM may quote what let the request in. Cleaned here, before anybody hears of it,
 * they can't reach the state, a report or a notice. Records stay as they are: they are compared with what we wrote.
 */
export function redactedSession(session: Session, clean: Clean): Session {
  const { ensureSchema, becameOthers, leads, contacts, activeOwners, notify, bulk } = session
  const said = wordsOf(clean)
  const results = (list: Result[]) => list.map(result => cleanResult(result, clean))
  return {
    get limits() {
      return session.limits
    },
    account: (...given) =>
      said(async () => {
        const account = await session.account(...given)
        return account === null ? null : { ...account, name: clean.text(account.name) }
      }),
    check: (...given) => said(async () => cleanReport(await session.check(...given), clean)),
    describe: (...given) => said(() => session.describe(...given)),
    ensureSchema: (...given) =>
      said(async () => (await ensureSchema.call(session, ...given)).map(step => cleanStep(step, clean))),
    estimate: (...given) => said(() => session.estimate(...given)),
    read: (...given) => all(session.read(...given), clean),
    write: (...given) => said(async () => results(await session.write(...given))),
    close: () => said(() => session.close()),
    ...(becameOthers && { becameOthers: (...given) => all(becameOthers.call(session, ...given), clean) }),
    ...(leads && { leads: (...given) => all(leads.call(session, ...given), clean) }),
    ...(contacts && { contacts: (...given) => all(contacts.call(session, ...given), clean) }),
    ...(activeOwners && { activeOwners: (...given) => said(() => activeOwners.call(session, ...given)) }),
    ...(notify && { notify: (...given) => said(async () => results(await notify.call(session, ...given))) }),
    ...(bulk && { bulk: redactedBulk(bulk, clean) }),
  }
}

function redactedBulk(bulk: Bulk, clean: Clean): Bulk {
  const said = wordsOf(clean)
  return {
    minChanges: bulk.minChanges,
    maxChanges: bulk.maxChanges,
    takes: change => bulk.takes?.(change) ?? true,
    open: (...given) => said(() => bulk.open(...given)),
    send: (...given) => said(() => bulk.send(...given)),
    collect: (...given) =>
      said(async () => {
        const answer = await bulk.collect(...given)
        return typeof answer === 'string' ? answer : answer.map(result => cleanResult(result, clean))
      }),
  }
}

const wordsOf =
  (clean: Clean) =>
  async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw cleanError(error, clean)
    }
  }

async function* all<T>(items: AsyncIterable<T>, clean: Clean): AsyncGenerator<T> {
  try {
    yield* items
  } catch (error) {
    throw cleanError(error, clean)
  }
}

const cleanResult = (result: Result, { text }: Clean): Result =>
  result.status === 'failed'
    ? { ...result, failure: { ...result.failure, message: text(result.failure.message) } }
    : result

const cleanProblem = (problem: CheckProblem, { text }: Clean): CheckProblem => ({
  ...problem,
  message: text(problem.message),
  ...(problem.hint === undefined ? {} : { hint: text(problem.hint) }),
})

const cleanReport = (report: CheckReport, clean: Clean): CheckReport => ({
  ...report,
  identity: clean.text(report.identity),
  problems: report.problems.map(problem => cleanProblem(problem, clean)),
  warnings: report.warnings.map(problem => cleanProblem(problem, clean)),
})

const cleanStep = (step: SchemaStep, { text }: Clean): SchemaStep => ({ ...step, detail: text(step.detail) })

/** Errors keep their class, which says what they mean; what led to them is cleaned along. */
function cleanError(error: unknown, clean: Clean): unknown {
  if (typeof error === 'string') return clean.text(error)
  if (!(error instanceof Error)) return error
  const { stack, message, cause } = error
  Object.assign(error, { message: clean.text(message) })
  if (stack !== undefined) error.stack = clean.text(stack)
  if (cause !== undefined) error.cause = cleanError(cause, clean)
  if (error instanceof RequestFailed) {
    Object.assign(error, { failure: { ...error.failure, message: clean.text(error.failure.message) } })
  }
  return error
}
