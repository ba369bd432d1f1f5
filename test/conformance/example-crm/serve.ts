import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { type ExampleCrm, notLetIn } from './crm.ts'

/** What the CRM takes in a token's place. */
export const sessionOf = (token: string): string => `session-of-${token}`

/** The CRM over HTTP on 127.0.0.1, for whoever has the token. */
export async function serve(
  crm: ExampleCrm,
  token: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const isIn = [token, sessionOf(token)].some(one => request.headers.authorization === `Bearer ${one}`)
    const {
      status,
      headers,
      body: said,
    } = isIn
      ? crm.answer(request.method ?? 'GET', request.url ?? '/', body === '' ? undefined : JSON.parse(body))
      : { ...notLetIn, headers: {} }
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(said))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeAllConnections()
      return closed
    },
  }
}
