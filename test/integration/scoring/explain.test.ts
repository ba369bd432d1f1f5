import { readFileSync } from 'node:fs'
import { stringify } from 'csv-stringify/sync'
import { pino } from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config/config.ts'
import { UserError } from '../../../src/domain/errors.ts'
import { FACT_NAMES } from '../../../src/domain/facts.ts'
import { type ExplainedAccount, explain } from '../../../src/run/explain/explain.ts'
import { explanationJson } from '../../../src/run/explain/explanation-json.ts'
import { scored } from '../../../src/run/sync/plan.ts'
import { sync } from '../../../src/run/sync/sync.ts'
import { COLUMNS } from '../../reference/signal-row.ts'
import { stepTime, WORKED_COMPANIES } from '../../reference/worked-companies.ts'
import { load } from '../../unit/config/config-folder.ts'

const OQL = `version: 1
store:
  sources:
    - { name: own, type: files, format: canonical, path: "../data/*.csv" }
  aliases: { release-each-week.com: [weekly.io] }
  exclude: { domains: [ours.com] }
`
const SIGNALS = stringify(
  WORKED_COMPANIES.flatMap(({ rows }) => rows),
  { header: true, columns: [...COLUMNS] },
)

let config: Config
const at = (asOf: Date) => ({ config, model: config.model, asOf, progress: () => {} })
const explainAt = (week: number, raw: string): Promise<ExplainedAccount> => explain(at(stepTime(week)), raw)

/** Takes a step as a schedule would. */
const run = (week: number) =>
  sync({
    ...at(stepTime(week)),
    clock: { now: () => stepTime(week).getTime(), sleep: async () => {} },
    log: pino({ level: 'silent' }),
    signal: new AbortController().signal,
    guarded: false,
  })

// A company that uses a release each week until week 52: every week's step is remembered up to week 56.
beforeAll(async () => {
  config = await load(OQL, { 'data/signals.csv': SIGNALS })
  for (const week of [1, 8, 10, 40, 52, 54, 55, 56]) await run(week)
})

describe('an explanation', () => {
  test('is of the same account that score shows, for each of them, and changes nothing', async () => {
    const before = readFileSync(config.state.url.replace('sqlite:', ''))
    const { state } = await scored(at(stepTime(57)))
    try {
      let accounts = 0
      for await (const account of state.accounts.byDomain()) {
        accounts++
        expect((await explainAt(57, account.domain)).account).toEqual(account)
      }
      expect(accounts).toBe(WORKED_COMPANIES.length)
    } finally {
      await state.close()
    }
    expect(readFileSync(config.state.url.replace('sqlite:', '')).equals(before)).toBe(true)
  })

  test('is of the same account where the config now folds a remembered one into it', async () => {
    const aliases = { 'docs-reader.com': ['blog-reader.com'] }
    const run = { ...at(stepTime(57)), config: { ...config, store: { ...config.store, aliases } } }
    const { state } = await scored(run)
    try {
      const account = (await state.accounts.get(['docs-reader.com'])).get('docs-reader.com')
      expect((await explain(run, 'docs-reader.com')).account).toEqual(account)
      expect(account?.facts.views_90).toBeGreaterThan(
        (await explainAt(57, 'docs-reader.com')).account.facts.views_90,
      )
    } finally {
      await state.close()
    }
    await expect(explain(run, 'blog-reader.com')).rejects.toThrow('folded into docs-reader.com')
  })

  test('says since when an account is held, until when, and what it lacks to stay', async () => {
    const explained = await explainAt(56, 'release-each-week.com')
    expect(explained.account).toMatchObject({ stage: 'ongoing_usage', calledStage: 'investigation' })
    expect(explained.held).toEqual({ since: stepTime(56), until: stepTime(57) })
    expect(explained.missing?.stage).toBe('ongoing_usage')
    expect((await explainAt(57, 'release-each-week.com')).account).toMatchObject({
      stage: 'investigation',
      direction: 'down',
    })
  })

  test('has the stages that the state remembers', async () => {
    const { history } = explanationJson(await explainAt(56, 'release-each-week.com'))
    expect(history.map(({ from, to, direction }) => [from, to, direction])).toEqual([
      [null, 'investigation', 'first'],
      ['investigation', 'experimentation', 'up'],
      ['experimentation', 'ongoing_usage', 'up'],
    ])
    expect(history[0]?.at).toBe('2025-06-09T00:00:00Z')
  })

  test('of a host, a url or an email is of the account', async () => {
    for (const raw of ['https://www.Blog-Reader.com/x?y', 'jo@blog-reader.com', 'docs.blog-reader.com.']) {
      expect((await explainAt(56, raw)).account.domain).toBe('blog-reader.com')
    }
  })

  test('of an account whose signals are gone is of what is remembered', async () => {
    const gone = { ...config, store: { ...config.store, sources: [] } }
    const explained = await explain({ ...at(stepTime(61)), config: gone }, 'docs-reader.com')
    expect(explained.account).toMatchObject({ points: 0, facts: { last_seen_days: 62 } })
    expect(explained.ledger).toMatchObject({ classes: [], points: 0 })
  })
})

describe('no explanation', () => {
  const refusal = async (raw: string): Promise<[string, string | undefined, number]> => {
    const error = await explainAt(56, raw).catch((thrown: unknown) => thrown)
    if (!(error instanceof UserError)) throw new Error(`${raw} was explained`, { cause: error })
    return [error.message, error.hint, error.exitCode]
  }

  test('of an account that is not there, but the nearest that there are', async () => {
    const [message, hint, exitCode] = await refusal('blog-raeder.com')
    expect(message).toContain('There is no account blog-raeder.com')
    expect(hint).toMatch(/^The nearest are blog-reader\.com/)
    expect(exitCode).toBe(2)
    expect((await refusal('zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz.org'))[1]).toBe('oql score lists the accounts.')
  })

  test('of a domain that is left out, but why', async () => {
    expect((await refusal('jo@gmail.com'))[0]).toMatch(/gmail\.com is no account: .*free mail/)
    expect((await refusal('docs.ours.com'))[0]).toMatch(/ours\.com is no account: .*store\.exclude\.domains/)
    expect((await refusal('10.0.0.1'))[0]).toContain('"10.0.0.1" names no company')
    expect((await refusal('jo@users.noreply.github.com'))[0]).toContain('names no company')
    expect(await refusal('weekly.io')).toEqual([
      'weekly.io is no account of its own: it is folded into release-each-week.com (store.aliases)',
      'Ask for release-each-week.com.',
      2,
    ])
  })

  test('of a moment before the last run', async () => {
    const error = await explainAt(55, 'blog-reader.com').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ message: expect.stringContaining("before the last run's"), exitCode: 2 })
  })
})

describe('as JSON', () => {
  test('the ledger says what each month earned and which cap took how much', async () => {
    const { account, ledger } = explanationJson(await explainAt(56, 'a-year-of-enterprise.com'))
    // A download of 8 points a day up to 1 June, of 90 days from 31 March on; 80 points a month count.
    const month = { class: 'download.high', lostToDay: 0 }
    expect(ledger).toEqual({
      months: [
        { ...month, month: '2026-03', signals: 1, earned: 8, lostToMonth: 0, counted: 8 },
        { ...month, month: '2026-04', signals: 30, earned: 240, lostToMonth: 160, counted: 80 },
        { ...month, month: '2026-05', signals: 31, earned: 248, lostToMonth: 168, counted: 80 },
        { ...month, month: '2026-06', signals: 1, earned: 8, lostToMonth: 0, counted: 8 },
      ],
      classes: [{ class: 'download.high', counted: 176, lostToWindow: 0, points: 176 }],
      rounding: 0,
      points: 176,
    })
    expect(account).toMatchObject({ points: 176, score: 176 })
  })

  test('the account has every fact by its name, and the conditions their values', async () => {
    const json = explanationJson(await explainAt(56, 'blog-reader.com'))
    expect(Object.keys(json.account.facts).sort()).toEqual(
      [...FACT_NAMES, 'first_seen', 'last_seen', 'top_artifacts'].sort(),
    )
    expect(json.account.firstSeen).toBe('2025-06-04T10:00:00Z')
    expect(json.stages[0]).toEqual({
      stage: 'inactive',
      holds: false,
      alternatives: [
        {
          holds: false,
          conditions: [{ fact: 'last_seen_days', op: '>=', value: 60, actual: 32, holds: false }],
        },
      ],
    })
    expect(json.stages.at(-1)).toEqual({
      stage: 'interest',
      holds: true,
      alternatives: [{ holds: true, conditions: [] }],
    })
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  })
})
