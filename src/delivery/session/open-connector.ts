import type { Logger } from 'pino'
import type { Clock } from '../../clock.ts'
import type { ConnectorEntry } from '../../config/config.ts'
import { parseConnectorConfig } from '../../config/connector-config.ts'
import type { State } from '../../state/state.ts'
import { openCall } from './call.ts'
import { callLedger } from './call-ledger.ts'
import type { ConnectorSession } from './connector-session.ts'
import { type AnyConnector, loadConnector } from './load-connector.ts'
import { pacer } from './pacer.ts'
import { redactedSession } from './redacted-session.ts'

/** Each request still has its deadline. */
const NEVER = new AbortController().signal

export interface Surroundings {
  signal: AbortSignal
  /** Of a run that holds the lease: throws once another process may hold it, so that two never write to a CRM. */
  assertHeld?: (() => Promise<void>) | undefined
  clock: Clock
  log: Logger
}

/**
 * Opens a connector for one run. Nothing is sent yet. With a state its calls are counted there, and kept within the
 * connector's budget.
 * @throws ConfigError or UserError where its config or its module is no good
 */
export async function openConnector(
  entry: ConnectorEntry,
  { signal, clock, log, assertHeld }: Surroundings,
  state: State | null = null,
): Promise<ConnectorSession> {
  const connector = await loadConnector(entry.use)
  const config = parseConnectorConfig(entry, connector.config)
  const { redactor } = entry
  const opened = await connector.open(config, {
    log: log.child({ connector: entry.name }),
    now: () => new Date(clock.now()),
    secret: text => redactor.hide([text]),
  })
  const session = redactedSession(opened, redactor)
  const counts = { read: 0, write: 0 }
  const limits = () => session.limits
  const ledger =
    state === null
      ? null
      : await callLedger({ name: entry.name, budget: entry.budget, state, clock, limits, counts })
  const beforeCall = async (kind: 'read' | 'write') => {
    if (kind === 'write') await assertHeld?.()
  }
  const way = { pacer: pacer(limits, clock), counts, beforeCall, reserve: () => ledger?.beforeCall() }
  return {
    name: entry.name,
    capabilities: connector.capabilities,
    session,
    call: openCall({ ...way, signal }),
    finishing: openCall({ ...way, signal: NEVER }),
    counts,
    clock,
    ledger,
  }
}

/** Checks a connector's config without opening it, so that a mistake shows before anything is read or written. */
export async function checkConnectorConfig(
  entry: Pick<ConnectorEntry, 'use' | 'origin'>,
): Promise<AnyConnector> {
  const connector = await loadConnector(entry.use)
  parseConnectorConfig(entry, connector.config)
  return connector
}
