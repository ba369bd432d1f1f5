import { pino } from 'pino'
import { startTelemetry } from '../../../src/run/telemetry/telemetry.ts'
import { inSpan } from '../../../src/run/telemetry/tracing.ts'

/** A process of its own: OpenTelemetry registers itself for all of one. */
const telemetry = await startTelemetry(
  process.env,
  pino({ base: null }, { write: line => void process.stderr.write(line) }),
)
await inSpan('oql.run', { 'oql.run_id': 'run-1' }, async () => {
  await inSpan('oql.score', {}, async () => {})
  await inSpan('oql.connector', { 'oql.connector': 'hubspot' }, async () => {
    throw new TypeError('acme.com said no, with hunter2')
  }).catch(() => undefined)
})
await telemetry.end()
