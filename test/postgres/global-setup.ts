import { once } from 'node:events'
import { createServer } from 'node:http'
import type { TestProject } from 'vitest/node'
import { type PostgresServer, startPostgres } from './start-postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test asks for the url of the server; the first who asks has it started. */
    postgresAt: string
    /** What the state's own tests keep it in. */
    stateIn: 'sqlite' | 'postgres'
  }
}

/** One PostgreSQL for all tests of a project, that is started when it is first asked for. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | undefined
  const asked = createServer((_, response) => {
    server ??= startPostgres()
    server.then(
      ({ url }) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  }).listen(0, '127.0.0.1')
  await once(asked, 'listening')
  const address = asked.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  project.provide('postgresAt', `http://127.0.0.1:${address.port}`)
  return async () => {
    asked.close()
    await (await server)?.stop()
  }
}
