import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import { UserError } from '../domain/errors.ts'

/** Who has not told by then what they want holds a connection for nothing. */
const REQUEST_WITHIN_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1_024

export interface Listening {
  /** As it is, where the config says 0. */
  port: number
  close(): Promise<void>
}

/** @throws UserError where the address is taken, or not ours */
export async function listen(app: Hono, { host, port }: { host: string; port: number }): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      requestTimeout: REQUEST_WITHIN_MS,
      headersTimeout: REQUEST_WITHIN_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
  })
  server.listen(port, host.replace(/^\[(.*)\]$/, '$1'))
  try {
    await once(server, 'listening')
  } catch (error) {
    throw cannotListen(error, host, port)
  }
  return {
    port: portOf(server.address(), port),
    async close() {
      const closed = once(server, 'close')
      server.close()
      // Connections that a scraper keeps open would hold up the end of the process.
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}

const portOf = (address: AddressInfo | string | null, asked: number): number =>
  typeof address === 'object' && address !== null ? address.port : asked

function cannotListen(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const fail = (message: string, hint: string) => new UserError(message, { hint, cause: error })
  if (code === 'EADDRINUSE') {
    return fail(
      `${host}:${port} is taken by another process`,
      'Set serve.port to a free one (0: any), or stop the other.',
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EACCES') {
    return fail(
      `${host}:${port} can't be listened on (${code})`,
      'Set serve.host to an address of this machine, and serve.port above 1023.',
    )
  }
  return error
}
