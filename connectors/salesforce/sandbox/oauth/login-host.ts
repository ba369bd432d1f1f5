import { createServer } from 'node:http'
import { closing, listening } from '../control/listening.ts'

/** What stands for `login.salesforce.com` beside the org. */
export interface LoginHost {
  url: string
  close(): Promise<void>
}

/** The host at which identity URLs stand: it is not the org's, and sends whoever asks to the org itself. */
export async function openLoginHost(orgUrl: () => string): Promise<LoginHost> {
  const server = createServer((request, response) => {
    response.writeHead(302, { Location: `${orgUrl()}${request.url ?? '/'}` }).end()
  })
  const url = await listening(server, 0)
  return { url, close: () => closing(server) }
}
