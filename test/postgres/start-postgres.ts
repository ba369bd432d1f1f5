import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { type PostgresRoom, postgresRoom } from './postgres-room.ts'

export interface PostgresServer {
  /** Of a database that every test may make schemas in. */
  url: string
  stop(): Promise<void>
}

const PASSWORD = 'hunter2'
const READY = 'database system is ready to accept connections'

/** A real PostgreSQL for tests, with nothing in it; gone once it is stopped. */
export async function startPostgres(): Promise<PostgresServer> {
  const room = await postgresRoom()
  const port = await freePort()
  const data = path.join(room.folder, 'data')
  try {
    await initialise(room, data)
    const server = await serve(room, data, port)
    const killed = () => server.kill('SIGKILL')
    process.once('exit', killed)
    return {
      url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
      async stop() {
        process.off('exit', killed)
        const gone = once(server, 'exit')
        server.kill('SIGINT')
        await gone
        await room.remove()
      },
    }
  } catch (error) {
    await room.remove()
    throw error
  }
}

async function initialise(room: PostgresRoom, data: string): Promise<void> {
  const password = path.join(room.folder, 'password')
  await writeFile(password, PASSWORD)
  const args = [
    `--pgdata=${data}`,
    `--pwfile=${password}`,
    '--auth=password',
    '--username=postgres',
    '--lc-messages=C',
    // An order of texts that is not that of their bytes, so that a column that leaves it to the database is found out.
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=icu',
    '--icu-locale=en-US',
    '--no-sync',
  ]
  const { complaints, ended } = start(room, 'initdb', args)
  if ((await ended) !== 0) throw new Error(`initdb failed: ${complaints.join('')}`)
}

async function serve(room: PostgresRoom, data: string, port: number): Promise<ChildProcess> {
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const args = ['-D', data, '-p', String(port), ...settings.flatMap(setting => ['-c', setting])]
  const { child, complaints, ended } = start(room, 'postgres', args)
  const ready = new Promise<void>(resolve => {
    child.stderr?.on('data', () => {
      if (complaints.join('').includes(READY)) resolve()
    })
  })
  const isReady = await Promise.race([ready.then(() => true), ended.then(() => false)])
  if (!isReady) throw new Error(`PostgreSQL does not start: ${complaints.join('')}`)
  // What it goes on to complain of is of no interest, and tests make it complain a lot.
  complaints.length = 0
  child.stderr?.removeAllListeners('data').resume()
  return child
}

/** Runs a program of PostgreSQL as whom it may run, from where that user can go. */
function start({ folder, bin, as }: PostgresRoom, program: string, args: readonly string[]) {
  const child = spawn(path.join(bin, program), args, {
    ...as,
    cwd: folder,
    env: { PATH: process.env.PATH, LC_ALL: 'C', TMPDIR: folder },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaints: string[] = []
  child.stderr.on('data', chunk => complaints.push(String(chunk)))
  const ended = new Promise<number | null>(resolve => {
    child.once('error', error => {
      complaints.push(String(error))
      resolve(null)
    })
    child.once('close', code => resolve(code))
  })
  return { child, complaints, ended }
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
