import { validate } from 'node-cron'
import { z } from 'zod'
import { LOG_LEVELS } from '../config.ts'
import { duration, orNothing, share, text } from './quantities.ts'

const MS_PER_DAY = 86_400_000
const HTTP = {
  protocol: /^https?$/,
  error: 'must be an address that begins with https:// or http://',
} as const

const isCron = (written: string): boolean =>
  /^(\S+\s+){4,5}\S+$/.test(written.trim()) && validate(written.trim())

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

export const guard = () =>
  z
    .strictObject({
      max_staleness: duration().optional().describe('The newest signal may be so old.'),
      max_stage_moves: share().optional().describe('So many of the remembered accounts may change stage.'),
    })
    .prefault({})
    .transform(written => ({
      maxStalenessMs: written.max_staleness ?? null,
      maxStageMoves: written.max_stage_moves ?? null,
    }))

export const schedule = () =>
  z
    .strictObject({
      cron: z
        .string()
        .refine(isCron, { error: 'must be a cron expression of five fields, or six with seconds' })
        .default('15 * * * *'),
      timezone: z
        .string()
        .refine(isTimezone, { error: 'must be a time zone such as UTC or Europe/Berlin' })
        .default('UTC'),
      jitter: duration().default(60_000),
    })
    .prefault({})
    .transform(({ cron, timezone, jitter }) => ({ cron: cron.trim(), timezone, jitterMs: jitter }))

export const serve = () =>
  z
    .strictObject({
      host: text().default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8787),
      token: orNothing(z.string()),
      url: orNothing(z.url(HTTP)).describe('Where people reach the console.'),
      stop_within: duration().default(30_000),
      ping: orNothing(z.url(HTTP)).describe('Called when a run ended well.'),
    })
    .prefault({})
    .transform(({ stop_within: stopWithinMs, ...rest }) => ({ ...rest, stopWithinMs }))

export const retention = () =>
  z
    .strictObject({
      runs: duration().default(90 * MS_PER_DAY),
      changes: duration().default(30 * MS_PER_DAY),
      notices: duration().default(90 * MS_PER_DAY),
    })
    .prefault({})
    .transform(({ runs, changes, notices }) => ({ runsMs: runs, changesMs: changes, noticesMs: notices }))

export const log = () => z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({})
