import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createClock } from './control/clock.ts'
import { type Control, createControl } from './control/control.ts'
import { CONTROL_PATH, controlRoutes } from './control/control-routes.ts'
import { createCounters, requestOf } from './control/counters.ts'
import { createFaults } from './control/faults.ts'
import { openSandboxFile } from './control/sandbox-file.ts'
import { troubledAnswer } from './control/troubled-answer.ts'
import {
  ALL_SCOPES,
  DEFAULT_OWNERS,
  DEFAULT_PORTAL_ID,
  DEFAULT_SEARCH_LAG_MS,
  DEFAULT_TOKEN,
  type HubSpotSandboxOptions,
} from './options.ts'
import { createLimiter, PLANS, type PlanLimits, UNLIMITED } from './portal/limiter.ts'
import { createPortal, type PortalSettings } from './portal/portal.ts'
import { createAccess } from './rest/access.ts'
import { createApi } from './rest/api.ts'

export interface HubSpotSandbox {
  /** Without a trailing slash, as the SDK's `basePath` wants it. */
  url: string
  token: string
  control: Control
  close(): Promise<void>
}

/** A HubSpot account on 127.0.0.1, as strict as the real one. */
export async function createHubSpotSandbox(options: HubSpotSandboxOptions = {}): Promise<HubSpotSandbox> {
  const clock = createClock(options.now ?? (() => new Date()))
  const tools = { clock, counters: createCounters(), faults: createFaults() }
  const file = options.file === undefined ? undefined : openSandboxFile(options.file)
  const portal = createPortal(
    settingsOf(options),
    tools,
    options.owners ?? DEFAULT_OWNERS,
    file?.saved ?? null,
  )
  let open = true
  // What is still under way when the sandbox closes gets no answer, and is not kept.
  const save = () => {
    if (open) file?.save(portal)
  }
  const control = createControl(portal, save)
  if (file?.saved == null) control.insertMany('companies', options.companies ?? [])

  const token = options.token ?? DEFAULT_TOKEN
  const access = createAccess(token, options.scopes ?? ALL_SCOPES)
  const api = createApi(
    portal,
    access,
    createLimiter(limitsOf(options), clock, portal.settings.timeZone),
    options.tokenKind ?? 'private_app',
  )
  const controls = controlRoutes(control)

  /** Every request that HubSpot would get: counted, carried out unless a fault strikes, then saved. */
  const answer = async (request: Request, socket: Socket): Promise<Response> => {
    const path = new URL(request.url).pathname
    if (path.startsWith(CONTROL_PATH)) return controls.fetch(request)
    const asked = requestOf(request.method, path)
    tools.counters.arrived(asked)
    const carryOut = async () => {
      const response = await api.fetch(request)
      if (asked.kind === 'write') save()
      return response
    }
    const trouble = tools.faults.take(asked)
    const response =
      trouble === undefined ? await carryOut() : await troubledAnswer(trouble, socket, carryOut)
    tools.counters.answered(socket.destroyed ? 'none' : response.status)
    return response
  }
  const server = createServer(
    getRequestListener((request, env) => answer(request, env.incoming.socket), {
      overrideGlobalObjects: false,
    }),
  )
  const port = await listening(server, options.port ?? 0).catch(error => {
    file?.close()
    throw error
  })
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    control,
    close: async () => {
      if (!open) return
      save()
      open = false
      file?.close()
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

function settingsOf(options: HubSpotSandboxOptions): PortalSettings {
  return {
    portalId: options.portalId ?? DEFAULT_PORTAL_ID,
    salesHub: options.salesHub ?? true,
    timeZone: options.timeZone ?? 'UTC',
    requiredProperties: options.requiredProperties ?? {},
    conditionalProperties: options.conditionalProperties ?? {},
    batchErrors: options.batchErrors ?? 'whole',
    companiesOfContacts: options.companiesOfContacts ?? false,
    searchLagMs: options.unlimited === true ? 0 : (options.searchLagMs ?? DEFAULT_SEARCH_LAG_MS),
  }
}

function limitsOf({ unlimited, plan = 'professional', limits }: HubSpotSandboxOptions): PlanLimits {
  return { ...(unlimited === true ? UNLIMITED : PLANS[plan]), ...limits }
}

function listening(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(address.port)
    })
  })
}
