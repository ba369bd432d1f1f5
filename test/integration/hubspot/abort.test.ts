import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import connector from '../../../connectors/hubspot/index.ts'
import type { Call } from '../../../src/contract/index.ts'

let server: Server | undefined
afterEach(async () => {
  server?.closeAllConnections()
  await new Promise(done => server?.close(done))
})

/** A CRM that takes a request, tells of it, and never answers; with `partial`, it begins to. */
async function silentCrm(partial: boolean): Promise<{ url: string; taken: Promise<IncomingMessage> }> {
  const { promise: taken, resolve } = Promise.withResolvers<IncomingMessage>()
  server = createServer((request, response) => {
    if (request.url?.startsWith('/crm/properties/2026-09')) {
      response.setHeader('content-type', 'application/json').end('{"results":[]}')
      return
    }
    if (partial) {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"status":"COMPLETE","results":[')
    }
    resolve(request)
  })
  const listening = server
  await new Promise<void>(done => listening.listen(0, '127.0.0.1', done))
  // A server that listens on a port has an address of this shape.
  const { port } = listening.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, taken }
}

function abortable(): { call: Call; abort: () => void } {
  const controller = new AbortController()
  const { signal } = controller
  return { call: { signal, request: (_what, send) => send(signal) }, abort: () => controller.abort() }
}

const closed = (request: IncomingMessage) =>
  new Promise<void>(done => {
    if (request.socket.destroyed) done()
    else request.socket.once('close', () => done())
  })

const openAt = (base_url: string) =>
  connector.open(
    { token: 'pat-1', base_url },
    { log: pino({ enabled: false }), now: () => new Date(), secret: () => undefined },
  )

test.each([false, true])('an aborted read closes its socket and fails (answer begun: %s)', async partial => {
  const crm = await silentCrm(partial)
  const session = await openAt(crm.url)
  const { call, abort } = abortable()
  const reading = Array.fromAsync(session.read({ object: 'companies', all: true }, [], call))
  const rejected = expect(reading).rejects.toMatchObject({ failure: { kind: 'transient' } })
  const request = await crm.taken
  abort()
  await rejected
  await closed(request)
})

test.each([false, true])(
  'an aborted write has an unknown outcome for each key (answer begun: %s)',
  async partial => {
    const crm = await silentCrm(partial)
    const session = await openAt(crm.url)
    const { call, abort } = abortable()
    const writing = session.write(
      ['a.com', 'b.com'].map((key, index) => ({
        key,
        object: 'companies',
        remoteId: String(index + 1),
        fields: { name: key },
      })),
      call,
    )
    const request = await crm.taken
    abort()
    expect(await writing).toMatchObject([
      { key: 'a.com', failure: { kind: 'unknown_outcome' } },
      { key: 'b.com', failure: { kind: 'unknown_outcome' } },
    ])
    await closed(request)
  },
)

test('a write that is stopped before it leaves was not made', async () => {
  const crm = await silentCrm(false)
  const session = await openAt(crm.url)
  await session.describe('companies', abortable().call)
  const { call, abort } = abortable()
  abort()
  const change = { key: 'a.com', object: 'companies', remoteId: '1', fields: { name: 'A' } }
  expect(await session.write([change], call)).toMatchObject([{ failure: { kind: 'transient' } }])
})

test('a CRM that is not there fails a write as not made', async () => {
  const crm = await silentCrm(false)
  const session = await openAt(crm.url)
  const { call } = abortable()
  await session.describe('companies', call)
  server?.closeAllConnections()
  await new Promise(done => server?.close(done))
  const change = { key: 'a.com', object: 'companies', remoteId: '1', fields: { name: 'A' } }
  expect(await session.write([change], call)).toMatchObject([
    { failure: { kind: 'transient', code: 'ECONNREFUSED' } },
  ])
})
