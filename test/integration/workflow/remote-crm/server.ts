import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Call, Session } from '../../../../src/contract/index.ts'
import type { Crm } from '../../../reference-connector/crm.ts'
import { openSession } from '../../../reference-connector/session.ts'

const CALL: Call = {
  signal: new AbortController().signal,
  request: (_, send) => send(new AbortController().signal),
}

/** Serves a reference CRM over HTTP. What was asked is carried out, whether or not the one who asked is still there. */
export async function serveCrm(crm: Crm): Promise<{ url: string; close(): Promise<void> }> {
  const session = openSession(crm, { crm: '', max_batch: 10, max_concurrent: 1, page: 1_000 })
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { what, given } = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    response.end(JSON.stringify(await carryOut(session, what, given)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // a TCP server's is one
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function carryOut(session: Session, what: string, [first, second]: never[]): Promise<unknown> {
  switch (what) {
    case 'describe':
      return session.describe('companies', CALL)
    case 'estimate':
      return session.estimate(first as never, CALL)
    case 'read':
      return Array.fromAsync(session.read(first as never, second as never, CALL))
    case 'write':
      return session.write(first as never, CALL)
    case 'notify':
      return session.notify?.(first as never, CALL)
    default:
      throw new Error(`the remote CRM knows no ${what}`)
  }
}
