import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What befalls a request on its way. `carried`: whether the CRM got it; the answer is lost either way. */
export interface Fault {
  how:
    | 'reset'
    | 'html_502'
    | 'json_503'
    /** A success whose body is a page of HTML. */
    | 'garbage'
    /** A refusal that repeats what let the request in, as proxies do when they are asked to debug. */
    | 'echo'
    /** No answer at all. */
    | 'silent'
    /** An answer that begins and does not end. */
    | 'stalled'
  carried: boolean
  /** Strikes only requests of this kind. */
  kind?: 'read' | 'write'
  /** Lets so many that fit pass first. */
  after?: number
}

/** Knows the kind of the request that is being sent. */
interface UnderWay {
  underWay(): 'read' | 'write' | undefined
}

/** Stands between connector and CRM over real HTTP: counts what passes, and does what networks do. */
export interface Relay {
  url: string
  /** Requests that arrived, those for tokens apart. */
  requests(): number
  /** What let requests in, without the scheme. */
  credentials(): ReadonlySet<string>
  /** Strikes every request that fits, until `calm`. */
  strike(fault: Fault): void
  /** What let requests in until now does so no more. */
  revoke(): void
  calm(): void
  /** Resolves when a request is left without its answer; `closed` when its client went away. */
  stuck(): Promise<{ closed: Promise<void> }>
  /** Hooks that are asked for the kind of the request under way. */
  watch(hook: UnderWay): void
  close(): Promise<void>
}

/** Of the hop, and not of the message. */
const HOP_HEADERS = /^(host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|expect)$/
const ANSWER_HOP_HEADERS = /^(connection|keep-alive|content-length|content-encoding|transfer-encoding)$/

export async function openRelay(upstream: string, tokenPath: RegExp | undefined): Promise<Relay> {
  const origin = new URL(upstream).origin
  const hooks: UnderWay[] = []
  const credentials = new Set<string>()
  const revoked = new Set<string>()
  let requests = 0
  let fault: (Fault & { passed: number }) | undefined
  let waiting = Promise.withResolvers<{ closed: Promise<void> }>()

  const striking = (): Fault | undefined => {
    const kind = hooks.map(hook => hook.underWay()).find(one => one !== undefined)
    if (fault === undefined || (fault.kind !== undefined && fault.kind !== kind)) return undefined
    fault.passed++
    return fault.passed > (fault.after ?? 0) ? fault : undefined
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request)
    const isToken = tokenPath?.test(request.url ?? '') ?? false
    const struck = isToken ? undefined : striking()
    const { authorization } = request.headers
    if (!isToken) {
      requests++
      if (authorization !== undefined) credentials.add(credentialOf(authorization))
    }
    if (struck === undefined) return pass(await forward(request, body), response)
    if (struck.carried) await forward(request, body)
    if (struck.how === 'silent' || struck.how === 'stalled') {
      if (struck.how === 'stalled') begin(response)
      waiting.resolve({ closed: new Promise(resolve => response.once('close', () => resolve())) })
      waiting = Promise.withResolvers()
      return
    }
    spoil(struck.how, authorization ?? '', response)
  }

  async function forward(request: IncomingMessage, body: Buffer): Promise<Response> {
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (typeof value === 'string' && !HOP_HEADERS.test(name)) headers.set(name, value)
    }
    const { authorization = '' } = request.headers
    if (revoked.has(credentialOf(authorization))) headers.set('authorization', `${authorization}-revoked`)
    const method = request.method ?? 'GET'
    const bare = method === 'GET' || method === 'HEAD'
    return fetch(origin + (request.url ?? '/'), {
      method,
      headers,
      redirect: 'manual',
      ...(bare ? {} : { body: new Uint8Array(body) }),
    })
  }

  /** A CRM that tells where it is tells where the relay is: the next request must pass here too. */
  async function pass(answered: Response, response: ServerResponse): Promise<void> {
    const text = (await answered.text()).replaceAll(origin, url)
    const headers = [...answered.headers].filter(([name]) => !ANSWER_HOP_HEADERS.test(name))
    response.writeHead(answered.status, Object.fromEntries(headers)).end(text)
  }

  const server = createServer((request, response) => {
    // A client that left, or a CRM that closed: there is nobody to answer.
    answer(request, response).catch(() => response.destroy())
  })
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(`http://127.0.0.1:${address.port}`)
    })
  })

  return {
    url,
    requests: () => requests,
    credentials: () => credentials,
    strike: next => {
      fault = { ...next, passed: 0 }
    },
    revoke: () => {
      for (const credential of credentials) revoked.add(credential)
    },
    calm: () => {
      fault = undefined
    },
    stuck: () => waiting.promise,
    watch: hook => {
      hooks.push(hook)
    },
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

const credentialOf = (authorization: string): string => authorization.replace(/^\S+\s+/, '')

function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"')
}

const PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>'
const HTML = { 'content-type': 'text/html' }

function spoil(
  how: 'reset' | 'html_502' | 'json_503' | 'garbage' | 'echo',
  authorization: string,
  response: ServerResponse,
): void {
  switch (how) {
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'html_502':
      response.writeHead(502, HTML).end(PAGE)
      return
    case 'json_503':
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"message":"unavailable"}')
      return
    case 'garbage':
      response.writeHead(200, HTML).end(PAGE)
      return
    case 'echo':
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message: `bad request: Authorization: ${authorization}` }))
  }
}
