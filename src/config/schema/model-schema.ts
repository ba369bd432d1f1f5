import { z } from 'zod'
import { CLASSES, IMPORTANCES, SCORED_KINDS, type SignalClass } from '../../domain/signal.ts'
import { STAGE_LABELS, STAGES } from '../../domain/stage.ts'
import { type ClassPoints, type Globs, type Model, type Rule, STAGE_ORDER } from '../model.ts'
import { hashOf } from '../model-hash.ts'
import { type Fault, fault, isList, isMap } from '../read/parsed.ts'
import { MODEL_NAMES } from '../when/condition-names.ts'
import { conditions } from '../when/when.ts'
import { crossChecked, text } from './quantities.ts'

/** Decimals that the three engines all keep exactly when they add points up. */
const MAX_DECIMALS = 6
/** Keeps sums over a window inside what the engines' decimals hold. */
const MAX_POINTS = 1_000_000
/** A rollup of more than ten years of days was never measured. */
const MAX_WINDOW_DAYS = 3660
const MS_PER_DAY = 86_400_000

const points = () =>
  z
    .number()
    .min(0)
    .max(MAX_POINTS)
    .refine(hasFewDecimals, { error: `must have at most ${MAX_DECIMALS} decimals` })

function hasFewDecimals(value: number): boolean {
  return Number(value.toFixed(MAX_DECIMALS)) === value
}

const classPoints = () =>
  crossChecked(
    z.strictObject({
      points: points().describe('For each signal of the class.'),
      per_day: points().describe('The most that one day can earn.'),
      per_month: points().describe('The most that one calendar month can earn.'),
    }),
    capFaults,
  )

function capFaults(written: unknown): Fault[] {
  if (!isMap(written)) return []
  const { points, per_day: perDay, per_month: perMonth } = written
  const faults: Fault[] = []
  if (below(perDay, points)) faults.push(fault('the cap is below the points of one signal', ['per_day']))
  if (below(perMonth, points)) faults.push(fault('the cap is below the points of one signal', ['per_month']))
  else if (below(perMonth, perDay))
    faults.push(fault('the cap of a month is below that of a day', ['per_month']))
  return faults
}

const below = (left: unknown, right: unknown): boolean =>
  typeof left === 'number' && typeof right === 'number' && left < right

const globs = () =>
  z
    .union([z.array(z.string()).min(1), z.string()])
    .transform((written): Globs => (typeof written === 'string' ? [written] : written))
    .optional()

const rule = () =>
  crossChecked(
    z.strictObject({
      kind: z
        .union([z.array(z.enum(SCORED_KINDS)).min(1), z.enum(SCORED_KINDS)])
        .transform(written => (typeof written === 'string' ? [written] : written)),
      artifact: globs(),
      version: globs(),
      type: globs(),
      host: globs().describe("Of a view's url."),
      path: globs().describe("Of a view's url, without query, fragment and trailing slash."),
      as: z.enum(IMPORTANCES),
    }),
    urlFaults,
  ).transform(({ kind, as, ...globs }): Rule => ({ kinds: kind, as, ...withoutUndefined(globs) }))

/** Only views have a url: a rule on it for other kinds would never match, and nobody would see why. */
function urlFaults(written: unknown): Fault[] {
  if (!isMap(written)) return []
  const kinds = isList(written.kind) ? written.kind : [written.kind]
  if (kinds.every(kind => kind === 'view')) return []
  return ['host', 'path']
    .filter(key => written[key] !== undefined)
    .map(key => fault('only views have it: the rule needs kind: [view]', [key]))
}

function withoutUndefined(globs: { [K in keyof Rule]?: Globs | undefined }): Omit<Rule, 'kinds' | 'as'> {
  const { artifact, version, type, host, path } = globs
  return {
    ...(artifact && { artifact }),
    ...(version && { version }),
    ...(type && { type }),
    ...(host && { host }),
    ...(path && { path }),
  }
}

const riskModel = () =>
  crossChecked(
    z.strictObject({
      high: z.number().min(0).max(1).default(0.5),
      medium: z.number().min(0).max(1).default(0.75),
      min_base: z.number().min(0).default(3),
      min_drop: z.number().min(0).default(2),
    }),
    written =>
      isMap(written) && below(written.medium, written.high)
        ? [fault('is below high: no account could be at medium risk', ['medium'])]
        : [],
  ).transform(({ high, medium, min_base, min_drop }) => ({
    high,
    medium,
    minBase: min_base,
    minDrop: min_drop,
  }))

const stages = () =>
  z.strictObject({
    inactive: conditions(MODEL_NAMES),
    ongoing_usage: conditions(MODEL_NAMES),
    experimentation: conditions(MODEL_NAMES),
    investigation: conditions(MODEL_NAMES),
    interest: z.never({ error: 'takes no conditions: it is the rest' }).optional(),
  })

/** A model file. `defaultName` is for one that has no name of its own. */
export const modelSchema = (defaultName: string) =>
  z
    .strictObject({
      name: text().default(defaultName),
      window_days: z.int().min(1).max(MAX_WINDOW_DAYS).default(90).describe('Points count this many days.'),
      demote_after_days: z
        .number()
        .min(0)
        .max(MAX_WINDOW_DAYS)
        .default(7)
        .describe('A stage or risk falls only after so many days that call for less.'),
      risk: riskModel().prefault({}),
      classes: z.partialRecord(z.enum(CLASSES), classPoints()).describe('One left out earns nothing.'),
      rules: z
        .array(rule())
        .default([])
        .describe('The first that matches a signal says how important it is.'),
      stages: stages().describe(`Tried in the order ${STAGE_ORDER.join(', ')}; interest is the rest.`),
      labels: z.partialRecord(z.enum(STAGES), text()).default({}),
    })
    .transform((file): Model => {
      const scoring = {
        windowDays: file.window_days,
        demoteAfterMs: file.demote_after_days * MS_PER_DAY,
        risk: file.risk,
        classes: classesOf(file.classes),
        rules: file.rules,
        stages: {
          inactive: file.stages.inactive,
          ongoing_usage: file.stages.ongoing_usage,
          experimentation: file.stages.experimentation,
          investigation: file.stages.investigation,
        },
      }
      return {
        name: file.name,
        hash: hashOf(scoring),
        ...scoring,
        stageOrder: STAGE_ORDER,
        labels: { ...STAGE_LABELS, ...file.labels },
      }
    })

type WrittenClass = { points: number; per_day: number; per_month: number }

function classesOf(written: Partial<Record<SignalClass, WrittenClass>>): Record<SignalClass, ClassPoints> {
  const entries = CLASSES.map(name => {
    const { points, per_day, per_month } = written[name] ?? { points: 0, per_day: 0, per_month: 0 }
    return [name, { points, perDay: per_day, perMonth: per_month }] as const
  })
  return Object.fromEntries(entries) as Record<SignalClass, ClassPoints> // every class has its entry, by construction
}
