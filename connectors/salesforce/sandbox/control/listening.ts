import type { Server } from 'node:http'

/** Answers the server's own URL on 127.0.0.1, without a trailing slash. Port 0 picks a free one. */
export function listening(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(`http://127.0.0.1:${address.port}`)
    })
  })
}

/** Ends the server and what is still under way. */
export async function closing(server: Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}
