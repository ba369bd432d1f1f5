import type { Config, ConnectorEntry } from '../../config/config.ts'
import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import type { CheckProblem, CrmAccount } from '../../contract/session.ts'
import { checkConnector } from '../../delivery/schema/check-connector.ts'
import { accountOf, anotherAccount, untoldAccount } from '../../delivery/session/known-account.ts'
import { openConnector } from '../../delivery/session/open-connector.ts'
import { UserError } from '../../domain/errors.ts'
import { LEAST_SECRET_CHARACTERS } from '../../domain/redactor.ts'
import { readState } from '../read-state.ts'
import type { RunSurroundings } from '../surroundings.ts'
import { checkStore, faultOf } from './check-store.ts'
import type { Finding } from './finding.ts'

/** What `check --json` prints. */
export interface CheckOutcome {
  ok: boolean
  problems: Finding[]
  warnings: Finding[]
  /** Who we are to each CRM; null where it was not reached. */
  connectors: Record<string, { identity: string | null }>
}

type CheckRun = Pick<RunSurroundings, 'config' | 'model' | 'clock' | 'log' | 'signal'>

/** Finds everything that is lacking, all of it at once. Writes nothing to the state or a CRM. */
export async function check(run: CheckRun): Promise<CheckOutcome> {
  const { config } = run
  const problems = await checkStore(config)
  const known = new Map<string, CrmAccount>()
  problems.push(...(await checkState(config, known)))
  const checked = await Promise.all(
    Object.values(config.connectors).map(entry => checkOne(run, entry, known.get(entry.name) ?? null)),
  )
  problems.push(...checked.flatMap(one => one.problems))
  return {
    ok: problems.length === 0,
    problems,
    warnings: [...checked.flatMap(one => one.warnings), ...unsigned(config), ...shortSecrets(config)],
    connectors: Object.fromEntries(checked.map(({ name, identity }) => [name, { identity }])),
  }
}

/** Anybody who learns the address could send what looks like ours. */
const unsigned = ({ notify }: Config): Finding[] =>
  notify
    .filter(channel => channel.use === 'webhook' && channel.secret === null)
    .map(({ name }) => ({
      where: `notify.${name}`,
      code: 'unsigned_webhook',
      message: `${name} has no secret: what is sent there is not signed`,
      hint: 'Give it a secret: and verify it at the receiver (docs/automating.md)',
    }))

/** They go from a JSON document where they are a whole value, and stay in texts: there they would tear words apart. */
const shortSecrets = ({ shortSecrets }: Config): Finding[] =>
  shortSecrets.map(({ file, line, key }) => ({
    where: `${file}:${line} ${key}`,
    code: 'short_secret',
    message: `this secret has less than ${LEAST_SECRET_CHARACTERS} characters: it is not taken out of logs and messages`,
    hint: 'Take a longer one',
  }))

/** @param known what the state knows of the CRMs' accounts goes there, by connector */
async function checkState(config: Config, known: Map<string, CrmAccount>): Promise<Finding[]> {
  const fault = await faultOf(() =>
    readState(config, async ({ connectors }) => {
      for (const name of Object.keys(config.connectors)) {
        const { account } = await connectors.get(name)
        if (account !== null) known.set(name, account)
      }
    }),
  )
  return fault === null ? [] : [{ where: 'state', code: 'state_unreadable', ...fault }]
}

interface Checked {
  name: string
  identity: string | null
  problems: Finding[]
  warnings: Finding[]
}

async function checkOne(
  { model, ...surroundings }: CheckRun,
  entry: ConnectorEntry,
  known: CrmAccount | null,
): Promise<Checked> {
  const { name, use, mapping } = entry
  const found = (problem: CheckProblem): Finding => ({
    where: `connectors.${name}`,
    code: problem.code,
    message: problem.message,
    hint: problem.hint ?? null,
  })
  try {
    const connector = await openConnector(entry, surroundings)
    try {
      const account = await accountOf(connector)
      const other = account === null || known === null ? null : anotherAccount(name, account, known)
      if (account !== null && other !== null)
        return { name, identity: account.name, problems: [found(other)], warnings: [] }
      const { identity, problems, warnings } = await checkConnector(connector, mapping, model.labels)
      const untold = account === null ? [untoldAccount(name)] : []
      return { name, identity, problems: problems.map(found), warnings: [...warnings, ...untold].map(found) }
    } finally {
      await connector.session.close()
    }
  } catch (error) {
    return { name, identity: null, problems: [found(unreachable(error, name, use))], warnings: [] }
  }
}

/** Why a CRM could not be asked at all. What is neither its fault nor the config's is thrown. */
function unreachable(error: unknown, name: string, use: string): CheckProblem {
  if (error instanceof SessionFault) {
    return { code: error.fault, message: `${name}: ${error.message}`, hint: FAULT_HINTS[error.fault] }
  }
  if (error instanceof RequestFailed) {
    return {
      code: 'unreachable',
      message: `${name}: ${error.message}`,
      hint: `Is the address in its config right, and can this machine reach it? \`oql sandbox ${use}\` starts a stand-in.`,
    }
  }
  if (!(error instanceof UserError)) throw error
  return { code: 'config', message: error.message, ...(error.hint && { hint: error.hint }) }
}

const FAULT_HINTS = {
  auth: "Put a valid token into the connector's config:",
  config: "Mend the connector's config: or the rights of its token",
  quota: "Wait for the CRM's next day, or raise its limit",
  bug: 'Please report it',
} as const
