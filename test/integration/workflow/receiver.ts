import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One request that came in, whatever became of it. */
export interface Received {
  headers: IncomingHttpHeaders
  body: string
  path: string
  /** It was answered with a 2xx. */
  isTaken: boolean
}

/** What a request meets. */
export type Answer =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** The connection is reset: before the request was taken, or after, with the answer lost. */
  | 'reset'
  | 'taken_and_reset'
  /** Nothing ever comes. */
  | 'silence'

export interface Receiver {
  url: string
  requests: Received[]
  answer: (request: Received, n: number) => Answer
  /** Ids (`webhook-id`) in the order in which they were taken. */
  taken(): string[]
  bodies(): unknown[]
  close(): Promise<void>
}

/** A receiver of webhooks over real HTTP, that answers as it is told to. */
async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      const { headers, url = '' } = request
      const received: Received = { headers, body, path: url, isTaken: false }
      receiver.requests.push(received)
      const answer = receiver.answer(received, receiver.requests.length)
      if (answer === 'silence') return
      if (answer === 'reset' || answer === 'taken_and_reset') {
        received.isTaken = answer === 'taken_and_reset'
        request.socket.resetAndDestroy()
        return
      }
      received.isTaken = answer.status >= 200 && answer.status < 300
      response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? 'a secret of the receiver')
    })
  })
  const port = await listen(server)
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks/s3cr3t-path`,
    requests: [],
    answer: () => ({ status: 204 }),
    taken: () => receiver.requests.flatMap(one => (one.isTaken ? [String(one.headers['webhook-id'])] : [])),
    bodies: () => receiver.requests.map(one => JSON.parse(one.body)),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return receiver
}

export async function newReceiver(): Promise<Receiver> {
  const receiver = await startReceiver()
  onTestFinished(() => receiver.close())
  return receiver
}

const listen = (server: Server): Promise<number> =>
  new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)) // a TCP server's is one
  })
