import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface OqlRun {
  code: number | null
  stdout: string
  stderr: string
  seconds: number
  /** Peak resident memory of the process. */
  peakMb: number
}

/** Runs the command line as a user would, in a process of its own, and measures it. */
export async function runOql(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<OqlRun> {
  const directory = await mkdtemp(path.join(tmpdir(), 'oql-bench-'))
  const peakFile = path.join(directory, 'peak')
  const began = performance.now()
  const child = spawn(
    process.execPath,
    [
      '--import',
      path.join(import.meta.dirname, 'peak-memory.ts'),
      path.join(ROOT, 'src/cli/main.ts'),
      ...args,
    ],
    {
      env: { ...process.env, ...env, OQL_BENCH_PEAK: peakFile, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const code = await new Promise<number | null>(resolve => child.on('close', resolve))
  const seconds = (performance.now() - began) / 1000
  const peakMb = Number(await readFile(peakFile, 'utf8').catch(() => 'NaN')) / 1024
  await rm(directory, { recursive: true })
  return { code, stdout: stdout(), stderr: stderr(), seconds, peakMb }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return () => Buffer.concat(chunks).toString('utf8')
}
