import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createClock } from './control/clock.ts'
import { type Control, createControl } from './control/control.ts'
import { CONTROL_PATH, controlRoutes } from './control/control-routes.ts'
import { createCounters, requestOf, SOAP_PATH } from './control/counters.ts'
import { createFaults } from './control/faults.ts'
import { closing, listening } from './control/listening.ts'
import { openSandboxFile } from './control/sandbox-file.ts'
import { callsOf, credentialsOf, lifetimeOf, paceOf, settingsOf } from './control/settings.ts'
import { troubledAnswer } from './control/troubled-answer.ts'
import { openLoginHost } from './oauth/login-host.ts'
import type { Credentials } from './oauth/oauth-routes.ts'
import { createTokens, type Tokens } from './oauth/tokens.ts'
import type { SalesforceSandboxOptions } from './options.ts'
import { createLimiter, type Limiter } from './org/limiter.ts'
import { createOrg, type Org } from './org/org.ts'
import { putSetupRecords } from './org/setup-records.ts'
import { createApi } from './rest/api.ts'

export interface SalesforceSandbox {
  /** Without a trailing slash; it is the login URL and the instance URL. Identity URLs stand elsewhere. */
  url: string
  credentials: Credentials
  control: Control
  close(): Promise<void>
}

/** Node refuses long URIs by itself, unless it is let take what the sandbox refuses. */
const MAX_HEADER_BYTES = 262_144

/** A Salesforce org on 127.0.0.1, as strict as a real one. */
export async function createSalesforceSandbox(
  options: SalesforceSandboxOptions = {},
): Promise<SalesforceSandbox> {
  const clock = createClock(options.now ?? (() => new Date()))
  const tools = { clock, counters: createCounters(), faults: createFaults() }
  const file = options.file === undefined ? undefined : openSandboxFile(options.file)
  const org = createOrg(settingsOf(options), tools, file?.saved ?? null)
  let open = true
  // What is still under way when the sandbox closes gets no answer, and is not kept.
  const save = () => {
    if (open) file?.save(org)
  }
  const tokens = createTokens(org.id, clock, lifetimeOf(options))
  const limiter = createLimiter(callsOf(options), clock)
  const control = createControl({ org, tokens, limiter, saved: save })
  putSetupRecords(org)
  if (file?.saved == null) control.insertMany('Account', options.accounts ?? [])

  const credentials = credentialsOf(options)
  let url = ''
  const login = await openLoginHost(() => url)
  const urls = { login: login.url, org: () => url }
  const api = createApi({ org, tokens, limiter, credentials, pace: paceOf(options), urls })
  const answer = answering({ org, tokens, limiter, api, controls: controlRoutes(control), save })
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_BYTES },
    getRequestListener((request, env) => answer(request, env.incoming.socket), {
      overrideGlobalObjects: false,
    }),
  )
  url = await listening(server, options.port ?? 0).catch(async error => {
    file?.close()
    await login.close()
    throw error
  })
  return {
    url,
    credentials,
    control,
    close: async () => {
      if (!open) return
      save()
      open = false
      file?.close()
      await Promise.all([closing(server), login.close()])
    },
  }
}

interface Front {
  org: Org
  tokens: Tokens
  limiter: Limiter
  api: Serving
  controls: Serving
  save: () => void
}

interface Serving {
  fetch(request: Request): Response | Promise<Response>
}

/** Salesforce refuses URIs that are longer, before it looks at anything else. */
const MAX_URI_BYTES = 16_384

/** Every request that Salesforce would get: counted, carried out unless a fault strikes, then saved. */
function answering({ org, tokens, limiter, api, controls, save }: Front) {
  return async (request: Request, socket: Socket): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    if (pathname.startsWith(CONTROL_PATH)) return controls.fetch(request)
    const soapBody = SOAP_PATH.test(pathname) ? await request.clone().text() : ''
    const asked = requestOf(request.method, pathname.replace(/(?<=.)\/$/, ''), soapBody)
    org.counters.arrived(asked)
    const carryOut = async () => {
      if (pathname.length + search.length > MAX_URI_BYTES) return uriTooLong()
      const response = await api.fetch(request)
      save()
      return response
    }
    const trouble = org.faults.take(asked)
    if (trouble?.kind === 'expired_token') tokens.expireAll()
    const leave = limiter.enter()
    const response = await (trouble === undefined
      ? carryOut()
      : troubledAnswer(trouble, socket, carryOut)
    ).finally(leave)
    // Node would tell its own time.
    response.headers.set('Date', new Date(org.clock.now()).toUTCString())
    org.counters.answered(socket.destroyed ? 'none' : response.status)
    return response
  }
}

function uriTooLong(): Response {
  const page = '<h1>Bad Message 414</h1><pre>reason: URI Too Long</pre>'
  return new Response(page, { status: 414, headers: { 'content-type': 'text/html' } })
}
