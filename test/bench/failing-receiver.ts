import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that was taken, whether or not its sender learned of it. */
export interface Taken {
  id: string
  domain: string
  direction: string
}

/** A receiver that fails at random, and can be killed and come back under the same address. */
export interface FailingReceiver {
  url: string
  taken: Taken[]
  counts: { requests: number; refused: number; reset: number; lost: number }
  /** Every connection breaks, and nobody answers until `start`. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** @param failing the share of requests that fail: a third each is refused, reset, or taken and its answer lost */
export async function failingReceiver(failing: () => number): Promise<FailingReceiver> {
  const taken: Taken[] = []
  const counts = { requests: 0, refused: 0, reset: 0, lost: 0 }
  let port = 0
  let server: Server | undefined

  const answer = (body: string, id: string, response: ServerResponse): void => {
    counts.requests++
    const luck = Math.random() / failing()
    if (luck < 1 / 3) {
      counts.refused++
      response.writeHead(500).end()
    } else if (luck < 2 / 3) {
      counts.reset++
      response.socket?.resetAndDestroy()
    } else {
      const { domain, direction } = JSON.parse(body).data
      taken.push({ id, domain, direction })
      if (luck >= 1) return void response.writeHead(204).end()
      counts.lost++
      response.socket?.resetAndDestroy()
    }
  }

  const start = async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', chunk => chunks.push(chunk))
      request.on('end', () =>
        answer(Buffer.concat(chunks).toString('utf8'), String(request.headers['webhook-id']), response),
      )
    })
    const own = server
    await new Promise<void>(resolve => own.listen(port, '127.0.0.1', resolve))
    port = (own.address() as AddressInfo).port // a TCP server's is one
  }
  await start()
  return {
    url: `http://127.0.0.1:${port}/hook`,
    taken,
    counts,
    start,
    kill: () =>
      new Promise(resolve => {
        server?.close(() => resolve())
        server?.closeAllConnections()
      }),
  }
}
