import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface FreezingProxy {
  /** The same database, through here. */
  url: string
  /** From now on nothing passes, and nobody is told: as behind a NAT whose database moved away. */
  freeze(): void
  /** New connections pass again; those that were there stay dead. */
  thaw(): void
}

/** Stands in front of a database. */
export async function freezingProxy(url: string): Promise<FreezingProxy> {
  const upstream = new URL(url)
  const sockets = new Set<Socket>()
  const silent = new Set<Socket>()
  let frozen = false
  const server = createServer({ allowHalfOpen: true }, client => {
    sockets.add(client)
    client.on('error', () => client.destroy())
    if (frozen) return
    const database = connect({ port: Number(upstream.port), host: upstream.hostname, allowHalfOpen: true })
    sockets.add(database)
    database.on('error', () => database.destroy())
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      from.on('data', data => {
        if (!silent.has(from)) to.write(data)
      })
      from.on('close', () => {
        if (!silent.has(from)) to.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  const through = new URL(url)
  through.port = String(typeof address === 'object' ? address?.port : '')
  return {
    url: through.href,
    freeze() {
      frozen = true
      for (const socket of sockets) silent.add(socket)
    },
    thaw() {
      frozen = false
    },
  }
}
