import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Sandbox, SandboxOptions } from '../../../src/contract/index.ts'
import { type ApiParts, createApi } from './api.ts'
import { createClock } from './clock.ts'
import { type Control, createControl } from './control.ts'
import { CONTROL_PATH, controlRoutes } from './control-routes.ts'
import { createCounters, requestOf, SOAP_PATH } from './counters.ts'
import { createFaults } from './faults.ts'
import { createLimiter } from './limiter.ts'
import type { Credentials } from './oauth-routes.ts'
import type { SalesforceSandboxOptions } from './options.ts'
import * as defaults from './options.ts'
import { createOrg, type Org } from './org.ts'
import { openSandboxFile } from './sandbox-file.ts'
import { seed } from './seed.ts'
import { putSetupRecords } from './setup-records.ts'
import { createTokens, type Tokens } from './tokens.ts'
import { troubledAnswer } from './troubled-answer.ts'

export type { Control, SandboxRecord } from './control.ts'
export type { Fault, Poison } from './faults.ts'
export type { SalesforceSandboxOptions, SandboxUser } from './options.ts'

export interface SalesforceSandbox extends Sandbox {
  control: Control
}

const UNLIMITED_CALLS = 1_000_000_000

/** The connector's stand-in, as the contract has it. */
export async function sandbox(options: SandboxOptions): Promise<Sandbox> {
  const { companies, ...plain } = options
  const accounts = companies?.map(({ name, domain }) => ({ Name: name, Website: domain }))
  return createSalesforceSandbox({ ...plain, ...(accounts === undefined ? {} : { accounts }) })
}

/** A local stand-in of Salesforce over real HTTP on 127.0.0.1. */
export async function createSalesforceSandbox(
  options: SalesforceSandboxOptions = {},
): Promise<SalesforceSandbox> {
  const clock = createClock(options.now ?? (() => new Date()))
  const tools = { clock, counters: createCounters(), faults: createFaults() }
  const file = options.file === undefined ? null : openSandboxFile(options.file)
  const org = createOrg(settingsOf(options), tools, file?.saved ?? null)
  const saved = () => file?.save(org)
  fill(org, options, file?.saved == null)
  saved()
  const tokens = createTokens(clock, options.tokenLifetimeMs ?? defaults.DEFAULT_TOKEN_LIFETIME_MS)
  const calls = options.unlimited ? UNLIMITED_CALLS : (options.dailyCalls ?? defaults.DEFAULT_DAILY_CALLS)
  const limiter = createLimiter(calls, clock)
  const credentials = credentialsOf(options)
  let url = ''
  const api = createApi({ org, tokens, limiter, credentials, pace: paceOf(options), url: () => url })
  const control = createControl({ org, tokens, limiter, saved })
  const server = await listen(createFront({ org, tokens, api, control, saved }), options.port ?? 0)
  url = server.url
  return {
    url,
    control,
    config: {
      login_url: url,
      auth: {
        type: 'client_credentials',
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
      },
    },
    close: async () => {
      await server.close()
      file?.close()
    },
  }
}

function settingsOf(options: SalesforceSandboxOptions): Parameters<typeof createOrg>[0] {
  const users = options.users ?? defaults.DEFAULT_USERS
  const rules = Object.entries(options.assignmentRules ?? defaults.DEFAULT_ASSIGNMENT_RULES)
  return {
    personAccounts: options.personAccounts ?? false,
    assignmentRules: Object.fromEntries(
      rules.map(([object, username]) => [object, defaults.userIdOf(users, username)]),
    ),
    duplicateRules: options.duplicateRules ?? [],
    activityKeys: options.activityKeys ?? false,
    hourlyEvents: options.unlimited
      ? UNLIMITED_CALLS
      : (options.hourlyEvents ?? defaults.DEFAULT_HOURLY_EVENTS),
    users,
  }
}

function fill(org: Org, options: SalesforceSandboxOptions, fresh: boolean): void {
  putSetupRecords(org)
  const account = org.catalogue.find('Account')
  if (!fresh || account === undefined) return
  for (const fields of options.accounts ?? []) seed(org, account, fields, org.users[0]?.id ?? '')
}

function credentialsOf(options: SalesforceSandboxOptions): Credentials {
  return {
    clientId: options.clientId ?? defaults.DEFAULT_CLIENT_ID,
    clientSecret: options.clientSecret ?? defaults.DEFAULT_CLIENT_SECRET,
    refreshToken: options.refreshToken ?? defaults.DEFAULT_REFRESH_TOKEN,
    publicKey: options.publicKey,
    runAs: options.runAs ?? defaults.DEFAULT_RUN_AS,
  }
}

function paceOf(options: SalesforceSandboxOptions): ApiParts['pace'] {
  const polls = options.jobPolls ?? (options.unlimited ? 0 : defaults.DEFAULT_JOB_POLLS)
  return { polls, ms: options.jobMs ?? 0 }
}

interface FrontParts {
  org: Org
  tokens: Tokens
  api: Hono
  control: Control
  saved: () => void
}

/** Salesforce refuses URIs that are longer, before it looks at anything else. */
const MAX_URI_BYTES = 16_384

/** Counts and troubles each request before the API sees it. */
function createFront({ org, tokens, api, control, saved }: FrontParts): Hono<{ Bindings: HttpBindings }> {
  const front = new Hono<{ Bindings: HttpBindings }>()
  front.route('/', controlRoutes(control))
  front.all('*', async context => {
    const { incoming } = context.env
    const { method, path } = context.req
    const request = requestOf(method, path, SOAP_PATH.test(path) ? await context.req.text() : '')
    org.counters.arrived(request)
    const carryOut = async () => {
      if ((incoming.url ?? '').length > MAX_URI_BYTES) return uriTooLong()
      const answer = await api.fetch(context.req.raw)
      saved()
      return answer
    }
    const trouble = org.faults.take(request)
    if (trouble?.kind === 'expired_token') tokens.expireAll()
    const answer = await (trouble === undefined
      ? carryOut()
      : troubledAnswer(trouble, incoming.socket, carryOut))
    org.counters.answered(answer.headers.has(ALREADY_SENT) ? 'none' : answer.status)
    return answer
  })
  return front
}

/** How `@hono/node-server` marks an answer that it is not to send. */
const ALREADY_SENT = 'x-hono-already-sent'

function uriTooLong(): Response {
  const page = '<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>'
  return new Response(page, { status: 414, headers: { 'content-type': 'text/html' } })
}

/** Node refuses long URIs by itself, unless it is let take what the sandbox refuses. */
const MAX_HEADER_BYTES = 262_144

async function listen(front: Hono<{ Bindings: HttpBindings }>, port: number) {
  const server = await new Promise<Server>((resolve, reject) => {
    const made = serve(
      { fetch: front.fetch, port, hostname: '127.0.0.1', serverOptions: { maxHeaderSize: MAX_HEADER_BYTES } },
      () => resolve(made as Server),
    )
    made.once('error', reject)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}
