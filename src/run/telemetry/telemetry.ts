import { DiagLogLevel, diag } from '@opentelemetry/api'
import type { Logger } from 'pino'

/** What is not exported by then is let go: telemetry must not hold up the end of a command. */
const FLUSH_WITHIN_MS = 5_000

/** Any of these asks for traces (OpenTelemetry's environment variable specification). */
const ASKING = [
  'OTEL_TRACES_EXPORTER',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
] as const

type Environment = Readonly<Record<string, string | undefined>>

export interface Telemetry {
  /** Sends what is left, as far as that is quick. */
  end(): Promise<void>
}

const NONE: Telemetry = { end: async () => {} }

/**
 * Starts OpenTelemetry where its standard variables ask for traces; nothing of it is loaded otherwise. Call `end` last.
 * Its own troubles are warnings of ours: a collector that is down stops no run.
 */
export async function startTelemetry(env: Environment, log: Logger): Promise<Telemetry> {
  if (!isAskedFor(env)) return NONE
  const { startNodeSdk } = await import('@opentelemetry/sdk-node')
  const sdk = startNodeSdk({
    // Its console logger would write `info` to stdout, where results go.
    logLevel: 'error',
    resourceAttributes: env.OTEL_SERVICE_NAME ? {} : { 'service.name': 'oql-sync' },
    // Who runs it, where, with which arguments is nobody's business.
    ...(env.OTEL_NODE_RESOURCE_DETECTORS ? {} : { resourceDetectors: [] }),
    metricReaders: [],
    logRecordProcessors: [],
  })
  const tell = (message: string) => log.warn({ telemetry: message }, 'OpenTelemetry')
  const quiet = () => undefined
  diag.setLogger(
    { error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  return {
    async end() {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>(resolve => {
        timer = setTimeout(resolve, FLUSH_WITHIN_MS)
      })
      await Promise.race([sdk.shutdown(), late]).catch((error: unknown) =>
        log.warn({ err: error }, 'OpenTelemetry did not send all of its spans'),
      )
      clearTimeout(timer)
    },
  }
}

const isAskedFor = (env: Environment): boolean =>
  env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' &&
  env.OTEL_TRACES_EXPORTER !== 'none' &&
  ASKING.some(name => (env[name] ?? '') !== '')
