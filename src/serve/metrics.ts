import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** From a run that found nothing new to a first one over millions of signals, in seconds. */
const DURATION_BUCKETS = [1, 5, 15, 60, 300, 900, 1_800, 3_600, 7_200]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * All that `/metrics` shows, in a registry of its own. What is counted (`_total`) begins at 0 with the process; what is
 * measured is the last run's, whoever did it. No label names an account: their number would grow without end.
 */
export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const gauge = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge<L>({ name, help, labelNames, registers })
  const counter = <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Counter<L>({ name, help, labelNames, registers })
  return {
    registry,
    service: serviceMetrics(gauge),
    runs: {
      ended: counter('oql_runs_total', 'Runs that ended, by status', ['status']),
      duration: new Histogram({
        name: 'oql_run_duration_seconds',
        help: 'How long runs took',
        buckets: DURATION_BUCKETS,
        registers,
      }),
      lastEnd: gauge('oql_last_run_timestamp_seconds', 'When the last run ended, however it did'),
      lastSuccess: gauge(
        'oql_last_success_timestamp_seconds',
        'When the last run began that did what it was to do (ok or partial)',
      ),
      lastDuration: gauge('oql_last_run_duration_seconds', 'How long the last run took'),
    },
    signals: {
      read: gauge('oql_signals_read', 'Signals that the last run read'),
      accepted: gauge('oql_signals_accepted', 'Signals that counted in the last run'),
      leftOut: gauge('oql_signals_left_out', 'Signals that the last run left out, by reason', ['reason']),
    },
    accounts: gauge('oql_accounts', 'Accounts in each stage', ['stage']),
    stageChanges: counter('oql_stage_changes_total', 'Accounts that changed stage', ['from', 'to']),
    connectors: connectorMetrics(gauge, counter),
    notices: {
      settled: counter('oql_notices_total', 'Notices that were settled, by status', ['status']),
      pending: gauge('oql_notices_pending', 'Notices on their way'),
    },
  }
}

type MakeGauge = <L extends string = never>(name: string, help: string, labels?: readonly L[]) => Gauge<L>
type MakeCounter = <L extends string = never>(name: string, help: string, labels?: readonly L[]) => Counter<L>

const serviceMetrics = (gauge: MakeGauge) => ({
  stateReachable: gauge('oql_state_reachable', '1 where the state can be read'),
  paused: gauge('oql_paused', '1 while the schedule of this process is paused'),
  underWay: gauge('oql_run_under_way', '1 while this process runs'),
  nextRun: gauge('oql_next_run_timestamp_seconds', 'When the schedule is due next'),
})

const connectorMetrics = (gauge: MakeGauge, counter: MakeCounter) => ({
  calls: counter('oql_connector_calls_total', 'HTTP calls to the CRM, retries included', [
    'connector',
    'kind',
  ]),
  changes: counter('oql_connector_changes_total', 'Records by what became of them', ['connector', 'result']),
  ok: gauge('oql_connector_ok', '1 where its part of the last run ended ok', ['connector']),
  linked: gauge('oql_connector_linked', 'Accounts with a record', ['connector']),
  unchanged: gauge('oql_connector_unchanged', 'Records that needed no write in the last run', ['connector']),
  ambiguous: gauge('oql_connector_ambiguous', 'Accounts that several records fit', ['connector']),
  rejected: gauge('oql_connector_rejections_open', 'Refused changes that wait for somebody', ['connector']),
  problems: gauge('oql_connector_problems', 'Problems that the last run told', ['connector']),
  duration: gauge('oql_connector_duration_seconds', 'How long its part of the last run took', ['connector']),
  callsToday: gauge('oql_connector_calls_today', 'HTTP calls to the CRM today, over restarts', ['connector']),
  budgetUsed: gauge('oql_connector_budget_used_ratio', 'Our share of the daily budget that is used', [
    'connector',
  ]),
})
