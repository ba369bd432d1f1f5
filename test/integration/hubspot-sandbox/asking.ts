import { onTestFinished } from 'vitest'
import { z } from 'zod'
import {
  createHubSpotSandbox,
  type HubSpotSandbox,
  type HubSpotSandboxOptions,
} from '../../../connectors/hubspot/sandbox/index.ts'

/** A sandbox whose clock stands still until a test moves it. */
export async function startSandbox(options: HubSpotSandboxOptions = {}): Promise<Asking> {
  const sandbox = await createHubSpotSandbox({ now: () => new Date('2026-11-24T12:00:00Z'), ...options })
  onTestFinished(() => sandbox.close())
  return { ...sandbox, ...askingOf(sandbox.url, sandbox.token) }
}

export interface Asking extends HubSpotSandbox {
  /** Sends a request as an app would. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** A batch of one object: companies, where none is named. */
  batch(what: string, inputs: readonly object[], more?: object): Promise<Answer>
  search(request: object): Promise<Answer>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: Body
}

const record = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  new: z.boolean().optional(),
  objectWriteTraceId: z.string().optional(),
})
const problem = z.looseObject({
  category: z.string().optional(),
  message: z.string().optional(),
  code: z.string().optional(),
  context: z.record(z.string(), z.array(z.string())).optional(),
})

/** What tests look at of an answer. */
const bodyShape = z.looseObject({
  id: z.string().optional(),
  properties: z.record(z.string(), z.string().nullable()).default({}),
  results: z.array(z.looseObject({})).default([]),
  errors: z.array(problem).default([]),
  numErrors: z.number().optional(),
  total: z.number().optional(),
  message: z.string().default(''),
  category: z.string().optional(),
  correlationId: z.string().optional(),
  policyName: z.string().optional(),
  errorType: z.string().optional(),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})
type Body = z.infer<typeof bodyShape>

/** The records of an answer. */
export function recordsOf({ body }: Answer): z.infer<typeof record>[] {
  return z.array(record).parse(body.results)
}

function askingOf(url: string, token: string): Pick<Asking, 'ask' | 'batch' | 'search'> {
  const ask: Asking['ask'] = async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : {}
    return { status: response.status, headers: response.headers, text, body: bodyShape.parse(json) }
  }
  return {
    ask,
    batch: (what, inputs, more = {}) =>
      ask('POST', `/crm/objects/2026-09/companies/batch/${what}`, { inputs, ...more }),
    search: request => ask('POST', '/crm/objects/2026-09/companies/search', request),
  }
}

/** Makes the unique property by which companies are upserted. */
export async function addKey({ ask }: Asking, name = 'oql_domain'): Promise<void> {
  const answer = await ask(
    'POST',
    '/crm/properties/2026-09/companies',
    newProperty(name, { hasUniqueValue: true }),
  )
  if (answer.status !== 201) throw new Error(answer.text)
}

export function newProperty(name: string, more: object = {}): object {
  return { name, label: name, type: 'string', fieldType: 'text', groupName: 'companyinformation', ...more }
}
