import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { folderWith, problemsOf } from './config-folder.ts'

const SHIPPED = readFileSync(shippedFile('config/model.yaml'), 'utf8')

const read = (text: string): Promise<Model> =>
  loadModel(path.join(folderWith({ 'mine.yaml': text }), 'mine.yaml'), {})
const hash = async (text: string): Promise<string> => (await read(text)).hash
const problems = async (text: string) =>
  (await problemsOf(read(text))).map(({ line, key, message }) => `${line} ${key}: ${message}`)

test('the shipped model is that of MODEL.md, to the last number', () => {
  expect(parse(SHIPPED)).toEqual(DEFAULT_MODEL)
})

test('a model becomes typed', async () => {
  const model = await read(SHIPPED)
  expect(model).toMatchObject({
    name: 'default',
    windowDays: 90,
    demoteAfterMs: 7 * 86_400_000,
    risk: { high: 0.5, medium: 0.75, minBase: 3, minDrop: 2 },
    stageOrder: ['inactive', 'ongoing_usage', 'experimentation', 'investigation'],
  })
  expect(model.classes['view.low']).toEqual({ points: 0.25, perDay: 2, perMonth: 10 })
  expect(model.rules[0]).toEqual({ kinds: ['download', 'telemetry'], artifact: ['*enterprise*'], as: 'high' })
  expect(model.rules[2]?.version?.[0]).toBe('')
  expect(model.stages.ongoing_usage).toEqual([
    { points: { op: '>=', value: 70 }, use_weeks: { op: '>=', value: 4 } },
    { use_weeks: { op: '>=', value: 6 }, span_90: { op: '>=', value: 60 } },
  ])
})

test('a model may leave out its name, window, risk, rules, labels and classes: those earn nothing', async () => {
  const { stages } = parse(SHIPPED)
  const model = await read(JSON.stringify({ classes: {}, stages }))
  expect(model).toMatchObject({
    name: 'mine',
    windowDays: 90,
    rules: [],
    labels: { ongoing_usage: 'Ongoing Usage' },
  })
  expect(model.classes['download.high']).toEqual({ points: 0, perDay: 0, perMonth: 0 })
})

describe('the hash', () => {
  test('stays with comments, layout, order of keys, name and labels', async () => {
    const { name: _name, labels: _labels, classes, stages, ...rest } = parse(SHIPPED)
    const reversed = Object.fromEntries(Object.entries(classes).toReversed())
    const other = JSON.stringify({
      stages,
      ...rest,
      name: 'other',
      labels: { interest: 'Looking' },
      classes: reversed,
    })
    expect(await hash(other)).toBe(await hash(SHIPPED))
  })

  test.each([
    ['points', 'points: 0.25', 'points: 0.3'],
    ['a condition', '">= 70"', '"> 70"'],
    ['a rule', '"blog.*"', '"blogs.*"'],
    ['the order of rules', 'rules:', 'rules:\n  - { kind: [view], as: low }'],
    ['the window', 'window_days: 90', 'window_days: 60'],
    ['when to fall', 'demote_after_days: 7', 'demote_after_days: 8'],
    ['risk', 'min_drop: 2', 'min_drop: 3'],
  ])('moves with %s', async (_, from, to) => {
    expect(SHIPPED).toContain(from)
    expect(await hash(SHIPPED.replace(from, to))).not.toBe(await hash(SHIPPED))
  })
})

test('everything that is wrong is told, with its line', async () => {
  const text = `name: x
classes:
  download.high: { points: 8, per_day: 6, per_month: 4 }
  download.hihg: { points: 1, per_day: 1, per_month: 1 }
  view.low: { points: 0.0000001, per_day: 2 }
  view.high: { points: 1, per_day: 9, per_month: 8 }
rules:
  - { kind: [download, viw], artifact: ["*x*"], as: hgih }
  - { kind: [download, view], path: [x], as: high }
  - { kind: [view], path: [], as: high }
risk: { high: 0.8, medium: 0.5 }
stages:
  inactive: { last_seen_day: ">= 60", stage: interest }
  ongoing_usage: []
  experimentation:
    - { points: ">= x" }
    - {}
  interest: {}
labels: { ongoing: "x" }
`
  expect(await problems(text)).toEqual([
    '3 classes.download.high.per_day: the cap is below the points of one signal',
    '3 classes.download.high.per_month: the cap is below the points of one signal',
    '4 classes.download.hihg: unknown key',
    '5 classes.view.low.points: must have at most 6 decimals',
    '5 classes.view.low.per_month: missing',
    '6 classes.view.high.per_month: the cap of a month is below that of a day',
    '8 rules[0].kind[1]: must be one of "view", "download", "telemetry", "community"',
    '8 rules[0].as: must be one of "low", "medium", "high"',
    '9 rules[1].path: only views have it: the rule needs kind: [view]',
    '10 rules[2].path: must not be empty',
    '11 risk.medium: is below high: no account could be at medium risk',
    '12 stages.investigation: missing',
    '13 stages.inactive.last_seen_day: unknown name in a condition',
    '13 stages.inactive.stage: unknown name in a condition',
    '14 stages.ongoing_usage: an empty list never holds; {} is always',
    '16 stages.experimentation[0].points: not a number: "x"',
    '17 stages.experimentation[1]: is empty: it would take every account',
    '18 stages.interest: takes no conditions: it is the rest',
    '19 labels.ongoing: unknown key',
  ])
})
