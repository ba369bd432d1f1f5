import { UserError } from '../../domain/errors.ts'
import { NoAnswer } from './lines.ts'
import type { PostgresLocation } from './location.ts'
import { primaryCode } from './sqlite-errors.ts'

type Saying = readonly [what: string, hint: string]

const UNREACHABLE: Saying = [
  "can't be reached",
  'Is the host in state.url right, does the server run, and does the network let this machine to it?',
]
const ENDED: Saying = [
  'ended the connection',
  'Was the server restarted? What is recorded stays, and the next run goes on from there',
]
const NO_CERTIFICATE: Saying = [
  'has a certificate that is not trusted',
  "Add sslrootcert=FILE with your provider's certificate to state.url, or sslmode=no-verify to encrypt without checking whom you talk to",
]

/** By the operating system's or Node's name, or by SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html). */
const SAYINGS: Readonly<Record<string, Saying>> = {
  ECONNREFUSED: UNREACHABLE,
  ENOTFOUND: UNREACHABLE,
  EAI_AGAIN: UNREACHABLE,
  ETIMEDOUT: UNREACHABLE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  ENOENT: UNREACHABLE,
  ECONNRESET: ENDED,
  EPIPE: ENDED,
  '57P01': ENDED,
  '57P02': ENDED,
  '57P03': ['is starting up or shutting down', 'Try again in a moment'],
  '53300': ['has no connection left', 'A run needs two: raise max_connections, or the limit of this user'],
  '28P01': ['does not let this user in', 'Set the right user and password in state.url'],
  '28000': [
    'does not let this user in',
    'Set the right user in state.url; pg_hba.conf and sslmode decide, too',
  ],
  '3D000': ['has no such database', 'Make it (create database …), or name another one in state.url'],
  '3F000': ['has no such schema', 'Name another one in state.schema'],
  '42501': [
    'does not let this user do that',
    'As its administrator: create schema NAME authorization USER, with the names of state.schema and state.url',
  ],
  '25006': ['can only be read', 'state.url must name the primary server, not a replica'],
  '53100': ['has a full disk', 'Make room; the next run goes on where this one ended'],
  '53200': ['is out of memory', 'Give the server more, then run again'],
  DEPTH_ZERO_SELF_SIGNED_CERT: NO_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: NO_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NO_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NO_CERTIFICATE,
  CERT_HAS_EXPIRED: NO_CERTIFICATE,
  ERR_TLS_CERT_ALTNAME_INVALID: NO_CERTIFICATE,
}

/** The driver's own errors have no code, only these texts. */
const TEXTS: readonly (readonly [RegExp, Saying])[] = [
  [/connection timeout|timeout exceeded when trying to connect|timeout expired/i, UNREACHABLE],
  [/connection terminated|not queryable|connection ended/i, ENDED],
  [
    /does not support SSL/i,
    ['speaks no TLS', 'Set sslmode=disable in state.url, or turn on ssl in the server'],
  ],
  [
    /password must be a string|SASL/i,
    ['does not let this user in', 'Set the right user and password in state.url'],
  ],
]

const SILENT: Saying = [
  'does not answer any more',
  'Does the network drop connections without a word, or is the server overloaded? What is recorded stays, and the next run goes on from there',
]

const sayingOf = (error: Error): Saying | undefined =>
  error instanceof NoAnswer
    ? SILENT
    : (SAYINGS[String(primaryCode(error))] ?? TEXTS.find(([text]) => text.test(error.message))?.[1])

/** Turns a fault of the server, the network or the rights into one that says what to do; any other stays as it is. */
export function asUserError({ shown }: PostgresLocation, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error
  const saying = sayingOf(error)
  if (saying === undefined) return error
  const [what, hint] = saying
  // The server's own words hold no password: it never had one in clear.
  const words = error.message === '' ? '' : ` (${error.message})`
  return new UserError(`The state ${shown} ${what}${words}`, { hint, cause: error })
}

/** Whether the connection is gone, and with it what was not committed. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof NoAnswer ||
    ENDING.has(String(primaryCode(error))) ||
    /connection terminated|not queryable/i.test(error.message))

const ENDING = new Set(['57P01', '57P02', 'ECONNRESET', 'EPIPE'])
