import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { PRIVATE_FILE } from './private-files.ts'

/**
 * A plain text whose last line has no end may still be written, and then that line is cut anywhere; or it is whole, as
 * many programs leave it. Nothing in it tells. Whoever writes it will have gone on, or ended, after so long.
 */
export const LEFT_ALONE_MS = 10 * 60 * 1000

/** Whether the last line of a text has no end, and its last value is not closed by a quote either. */
export async function hasOpenEnd(path: string, bytes: number): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, bytes - 1)
    return bytesRead === 1 && !ENDS.includes(buffer.toString('latin1'))
  } finally {
    await file.close()
  }
}

const ENDS = ['\n', '\r', '"']

/** Copies a text without its last line. @returns where that line begins, in bytes; null where it is the only one */
export async function withoutLastLine(from: string, to: string, bytes: number): Promise<number | null> {
  const start = await startOfLastLine(from, bytes)
  if (start === 0) return null
  await pipeline(createReadStream(from, { end: start - 1 }), createWriteStream(to, { mode: PRIVATE_FILE }))
  return start
}

const BLOCK_BYTES = 64 * 1024

async function startOfLastLine(path: string, bytes: number): Promise<number> {
  const file = await open(path)
  try {
    for (let end = bytes; end > 0; end -= BLOCK_BYTES) {
      const from = Math.max(0, end - BLOCK_BYTES)
      const { buffer } = await file.read(Buffer.alloc(end - from), 0, end - from, from)
      const last = Math.max(buffer.lastIndexOf('\n'), buffer.lastIndexOf('\r'))
      if (last !== -1) return from + last + 1
    }
    return 0
  } finally {
    await file.close()
  }
}
