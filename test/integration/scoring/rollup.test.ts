import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { KEPT_UNUSED_MS } from '../../../src/store/sweep.ts'
import {
  AS_OF,
  CLEANING,
  download,
  HEADER,
  MODEL,
  put,
  type ScoredFiles,
  type ScoreFilesOptions,
  scoreFiles,
  source,
} from '../store/score-files.ts'
import { inFolder } from './score-rows.ts'

const DAYS = 4
/** A file for each of the days; a company of its own each, and one that comes every day. */
const fileOf = (day: number): string =>
  HEADER + download(`${day}`, day, `day${day}.com`) + download(`${day}b`, day, 'acme.com')

async function putDays(folder: string): Promise<void> {
  for (let day = 1; day <= DAYS; day++) await put(folder, `in/${day}.csv`, fileOf(day))
}

/** A file of one download with an email. */
const named = (id: string, day: number, email: string): string => {
  const [head = '', row = ''] = (HEADER + download(id, day)).split('\n')
  return `${head},email\n${row},${email}\n`
}

const scoreAll = (folder: string, options: ScoreFilesOptions = {}): Promise<ScoredFiles> =>
  scoreFiles(folder, [source(folder, 'in/*.csv')], options)

/** The same, from nothing: what was kept must never make a difference. */
const fromNothing = (folder: string, options: ScoreFilesOptions = {}): Promise<ScoredFiles> =>
  inFolder(empty => scoreFiles(empty, [source(folder, 'in/*.csv')], options))

async function expectAsFromNothing(
  folder: string,
  expected: { daysBuilt: number },
  options: ScoreFilesOptions = {},
): Promise<void> {
  const kept = await scoreAll(folder, options)
  const anew = await fromNothing(folder, options)
  expect(kept.accounts).toEqual(anew.accounts)
  expect(kept.people).toEqual(anew.people)
  expect(kept.signals).toEqual(anew.signals)
  expect(kept.badRows).toEqual(anew.badRows)
  expect(kept.daysBuilt).toBe(expected.daysBuilt)
}

describe('the rollup is kept', () => {
  it('so that a second run rolls up no day', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await expectAsFromNothing(folder, { daysBuilt: DAYS })
      await expectAsFromNothing(folder, { daysBuilt: 0 })
    })
  })

  it('with the people of the days that name any', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await put(folder, 'in/people.csv', named('p2', 2, 'ann@acme.com') + named('p3', 3, '').split('\n')[1])
      await expectAsFromNothing(folder, { daysBuilt: DAYS })
      await expectAsFromNothing(folder, { daysBuilt: 0 })
      const files = await readdir(join(folder, 'data/rollup'), { recursive: true })
      const ofPeople = files.filter(name => name.includes('.people.'))
      expect(ofPeople.map(name => name.split('/')[1]?.slice(0, 10))).toEqual(['2025-06-02'])
      // Gone, as when a sweep was killed: the day is rolled up anew.
      await rm(join(folder, 'data/rollup', ofPeople[0] ?? ''))
      await expectAsFromNothing(folder, { daysBuilt: 1 })
    })
  })

  it('and a new file costs its own days', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      await put(folder, 'in/new.csv', HEADER + download('n1', 7) + download('n2', 8))
      await expectAsFromNothing(folder, { daysBuilt: 2 })
    })
  })

  it('and a file that changes, goes, or adds to a day that was there takes only its days anew', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      await put(folder, 'in/2.csv', HEADER + download('other', 2, 'other.com'))
      await expectAsFromNothing(folder, { daysBuilt: 1 })
      await rm(join(folder, 'in/3.csv'))
      await expectAsFromNothing(folder, { daysBuilt: 0 })
      // Sorts first, so that its row is the one that counts.
      await put(folder, 'in/1-again.csv', HEADER + download('1', 1, 'first.com'))
      await expectAsFromNothing(folder, { daysBuilt: 1 })
      const { accounts } = await scoreAll(folder)
      expect(accounts.map(({ domain }) => domain)).toEqual(['acme.com', 'day4.com', 'first.com', 'other.com'])
    })
  })

  it('and is another one for other aliases, exclusions and rules, but not for other points', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      const domains = { ...CLEANING.domains, aliases: { 'acme.com': ['day1.com'] } }
      await expectAsFromNothing(folder, { daysBuilt: DAYS }, { cleaning: { ...CLEANING, domains } })
      const excluded = { ...CLEANING.domains, excluded: ['day1.com'] }
      await expectAsFromNothing(folder, { daysBuilt: DAYS }, { cleaning: { ...CLEANING, domains: excluded } })
      const rules = [{ kinds: ['download'], as: 'high' }] as const
      await expectAsFromNothing(folder, { daysBuilt: DAYS }, { model: { ...MODEL, rules } })
      const classes = { ...MODEL.classes, 'download.low': { points: 3, perDay: 3, perMonth: 3 } }
      await expectAsFromNothing(folder, { daysBuilt: 0 }, { model: { ...MODEL, classes } })
      await expectAsFromNothing(folder, { daysBuilt: 0 })
    })
  })

  it('and is another one for another reading of the same file', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      const read = source(folder, 'in/*.csv', { columns: { version: 'artifact' } })
      expect((await scoreFiles(folder, [read])).daysBuilt).toBe(DAYS)
    })
  })

  it('with the day of `as_of` cut there, completed later, and none behind it', async () => {
    await inFolder(async folder => {
      const at = (hour: number) => `2025-06-02T${String(hour).padStart(2, '0')}:00:00Z`
      const rows = [9, 12, 18].map(hour => `${hour},${at(hour)},download,acme.com,Acme,server\n`).join('')
      await put(folder, 'in/a.csv', HEADER + download('1', 1) + rows + download('3', 3))
      for (const [hour, signals, daysBuilt] of [
        [12, 2, 2],
        [13, 3, 1],
        [12, 2, 0],
      ] as const) {
        const options = { asOf: new Date(at(hour)) }
        await expectAsFromNothing(folder, { daysBuilt }, options)
        expect((await scoreAll(folder, options)).signals).toMatchObject({ read: signals, accepted: signals })
      }
      await expectAsFromNothing(folder, { daysBuilt: 1 }, { asOf: new Date('2025-06-03T00:00:00Z') })
      await expectAsFromNothing(folder, { daysBuilt: 1 })
    })
  })

  it('and missed where a file of it is gone or not whole, as after a power cut', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      const [recipe] = await readdir(join(folder, 'data/rollup'))
      const rollup = join(folder, 'data/rollup', String(recipe))
      const names = (await readdir(rollup)).toSorted()
      const learntOfTheFirst = names.find(name => name.endsWith('.json'))
      const dataOfTheLast = names.findLast(name => name.endsWith('.parquet'))
      await writeFile(join(rollup, String(learntOfTheFirst)), '')
      await writeFile(join(rollup, String(dataOfTheLast)), '')
      await expectAsFromNothing(folder, { daysBuilt: 2 })
      for (const name of await readdir(join(folder, 'data/landed'))) {
        if (name.endsWith('.parquet')) await rm(join(folder, 'data/landed', name))
      }
      await expectAsFromNothing(folder, { daysBuilt: 0 })
    })
  })
})

describe('what no run needs any more', () => {
  const OLD = new Date(Date.now() - KEPT_UNUSED_MS - 60_000)
  const kept = async (folder: string): Promise<string[]> =>
    (await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true }))
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .toSorted()

  async function age(folder: string): Promise<void> {
    for (const path of await kept(folder)) await utimes(path, OLD, OLD)
  }

  it('is removed a day after its last use, and what is used stays', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      const before = await kept(folder)
      await put(folder, 'in/2.csv', HEADER + download('other', 2, 'other.com'))
      await rm(join(folder, 'in/3.csv'))
      await scoreAll(folder)
      // Another run may still be at work with the old ones.
      expect(await kept(folder)).toEqual(expect.arrayContaining(before))
      await age(folder)
      await expectAsFromNothing(folder, { daysBuilt: 0 })
      // Three files that were landed and three days, each with what was learnt of it.
      expect(await kept(folder)).toHaveLength(12)
    })
  })

  it('goes with drafts that a killed process left, and with nothing that is not ours', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      await scoreAll(folder)
      const used = await kept(folder)
      const [landed] = used.filter(path => /landed.*parquet$/.test(path))
      await put(folder, 'data/spill-abc123/part', 'x')
      await writeFile(`${landed}.8b0f.tmp`, 'x')
      const theirs = [
        await put(folder, 'data/state.db', 'x'),
        await put(folder, 'data/landed/scarf-2025-06-01.parquet', 'x'),
      ]
      await age(folder)
      await utimes(join(folder, 'data/spill-abc123'), OLD, OLD)
      await scoreAll(folder)
      expect(await kept(folder)).toEqual([...used, ...theirs].toSorted())
    })
  })
})

describe('processes that share a data directory', () => {
  const script = join(import.meta.dirname, 'score-in-child.ts')
  const child = (folder: string) =>
    spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] })

  async function putMuch(folder: string): Promise<void> {
    for (let day = 1; day <= 8; day++) {
      const rows = Array.from({ length: 3_000 }, (_, row) =>
        download(`${day}-${row}`, day, `acme${row % 50}.com`),
      )
      await put(folder, `in/${day}.csv`, HEADER + rows.join(''))
    }
  }

  it('at once give the same, and leave a whole rollup', async () => {
    await inFolder(async folder => {
      await putMuch(folder)
      const children = [child(folder), child(folder)]
      const ends = await Promise.all(children.map(process => once(process, 'exit')))
      expect(ends.map(([code]) => code)).toEqual([0, 0])
      await expectAsFromNothing(folder, { daysBuilt: 0 })
    })
  })

  it('and are killed at any moment leave nothing wrong', async () => {
    await inFolder(async folder => {
      await putMuch(folder)
      // Each is killed one step later than the one before: after so many lines of progress.
      for (let steps = 1; ; steps++) {
        const running = child(folder)
        const exit = once(running, 'exit')
        let lines = 0
        for await (const chunk of running.stdout) {
          lines += String(chunk).split('\n').length - 1
          if (lines >= steps) running.kill('SIGKILL')
        }
        const [code] = await exit
        if (code === 0) break
        expect(steps).toBeLessThan(50)
      }
      const { accounts, signals } = await scoreAll(folder)
      const anew = await fromNothing(folder)
      expect(accounts).toEqual(anew.accounts)
      expect(signals).toEqual(anew.signals)
      expect(signals.accepted).toBe(24_000)
    })
  })

  it('of which one ends do not lose what the other spills', async () => {
    await inFolder(async folder => {
      await putDays(folder)
      const both = await Promise.all([
        scoreAll(folder),
        scoreAll(folder, { asOf: new Date(AS_OF.getTime() - 1) }),
      ])
      expect(both.map(({ signals }) => signals.accepted)).toEqual([8, 8])
    })
  })
})
