import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { ping } from '../../../src/run/ping.ts'

async function receiver(status: number) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status).end('thanks')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise<void>(resolve => server.close(() => resolve()))
  onTestFinished(close)
  const { port } = server.address() as AddressInfo // it listens on a port
  return { asked, close, url: `http://127.0.0.1:${port}/very-secret-uuid` }
}

function logged() {
  const lines: string[] = []
  return { lines, log: pino({ base: null }, { write: line => void lines.push(line) }) }
}

test('a run that ended ok is told, once', async () => {
  const { asked, url } = await receiver(200)
  const { log, lines } = logged()
  await ping(url, { status: 'ok' }, log)
  expect(asked).toEqual(['GET /very-secret-uuid'])
  expect(lines).toEqual([])
})

test.each(['partial', 'failed'] as const)('a run that ended %s is not', async status => {
  const { asked, url } = await receiver(200)
  await ping(url, { status }, logged().log)
  expect(asked).toEqual([])
})

test('an answer that is no yes is a warning, and does not show the address', async () => {
  const { url } = await receiver(404)
  const { log, lines } = logged()
  await ping(url, { status: 'ok' }, log)
  expect(lines).toEqual([expect.stringContaining('"answer":404')])
  expect(lines.join('')).not.toContain('very-secret-uuid')
})

test('a switch that is away is a warning, and does not show the address', async () => {
  const { log, lines } = logged()
  const { url, close } = await receiver(200)
  await close()
  await ping(url, { status: 'ok' }, log)
  expect(lines).toEqual([expect.stringContaining('ECONNREFUSED')])
  expect(lines.join('')).not.toContain('very-secret-uuid')
})
