import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { MAPPABLE, type Mappable, type Value } from '../../../src/domain/mappable.ts'
import { type Condition, holds, type When } from '../../../src/domain/when.ts'
import { load, problemsOf, STORE } from './config-folder.ts'

/** Reads a `when` through the config, as a segment. */
const read = async (written: unknown): Promise<When | undefined> =>
  (await load(STORE + stringify({ segments: { a: written } }))).segments.a

const complaints = async (written: unknown): Promise<string[]> =>
  (await problemsOf(load(STORE + stringify({ segments: { a: written } })))).map(
    ({ key, message, nearest }) =>
      `${key.replace('segments.a', '')} ${message}${nearest === undefined ? '' : ` (${nearest})`}`,
  )

describe('written forms', () => {
  test.each<[string, unknown, When]>([
    ['always', {}, [{}]],
    ['a value', { stage: 'interest' }, [{ stage: { op: 'oneOf', values: ['interest'] } }]],
    ['a list of values', { country: ['US', 'DE'] }, [{ country: { op: 'oneOf', values: ['US', 'DE'] } }]],
    ['absent', { risk: null }, [{ risk: { op: 'oneOf', values: [null] } }]],
    ['absent among others', { risk: ['high', null] }, [{ risk: { op: 'oneOf', values: ['high', null] } }]],
    ['a number', { signals_30: 5 }, [{ signals_30: { op: 'oneOf', values: [5] } }]],
    ['a comparison', { score: '>= 40' }, [{ score: { op: '>=', value: 40 } }]],
    ['a comparison without a space', { score: '<3.5' }, [{ score: { op: '<', value: 3.5 } }]],
    ['growth below zero', { signals_mom: '< -0.25' }, [{ signals_mom: { op: '<', value: -0.25 } }]],
    ['another value', { country: '!= US' }, [{ country: { op: '!=', value: 'US' } }]],
    ['present', { country: '!= null' }, [{ country: { op: '!=', value: null } }]],
    ['from a day on', { last_seen: '>= 2025-01-31' }, [{ last_seen: { op: '>=', value: '2025-01-31' } }]],
    ['after a day', { last_seen: '> 2025-01-31' }, [{ last_seen: { op: '>=', value: '2025-02-01' } }]],
    ['until a day', { last_seen: '<= 2025-01-31' }, [{ last_seen: { op: '<', value: '2025-02-01' } }]],
    [
      'a time of day elsewhere',
      { last_seen: '< 2025-01-31T12:00:00+02:00' },
      [{ last_seen: { op: '<', value: '2025-01-31T10:00:00Z' } }],
    ],
    [
      'any of two maps',
      [{ stage: 'interest' }, { score: '> 1' }],
      [{ stage: { op: 'oneOf', values: ['interest'] } }, { score: { op: '>', value: 1 } }],
    ],
  ])('%s', async (_, written, when) => {
    expect(await read(written)).toEqual(when)
  })
})

describe('what can never hold, or means nothing, is a fault', () => {
  test.each<[string, unknown, string]>([
    ['a number that is none', { score: '>= x' }, '.score not a number: "x"'],
    ['a comparison with nothing', { score: '>=' }, '.score nothing stands after >='],
    [
      'an option that does not exist',
      { stage: 'intrest' },
      '.stage there is no "intrest": it is one of interest, investigation, experimentation, ongoing_usage, inactive (interest)',
    ],
    [
      'an order of stages',
      { stage: '>= experimentation' },
      '.stage these values have no order: list those that are meant (interest, investigation, experimentation, ongoing_usage, inactive)',
    ],
    ['a name that does not exist', { scor: 1 }, '.scor unknown name in a condition (score)'],
    ['an absent stage', { stage: null }, '.stage never holds: the value is never absent'],
    ['a negative count', { signals_30: '< 0' }, '.signals_30 never holds: the value is never negative'],
    ['an order of nothing', { country: '> null' }, '.country null has no order: > never holds'],
    ['no value at all', { country: [] }, '.country an empty list never holds'],
    ['no map at all', [], ' an empty list never holds; {} is always'],
    ['a comparison in a list', { score: [1, '>= 3'] }, '.score[1] a comparison stands alone, not in a list'],
    [
      'a day that does not exist',
      { last_seen: '> 2025-02-30' },
      '.last_seen not a date: "2025-02-30"; write it as 2025-01-31',
    ],
    [
      'a day without a comparison',
      { last_seen: '2025-02-03' },
      '.last_seen a date takes a comparison, such as ">= 2025-01-31"',
    ],
    ['a text without quotes', { size: 500 }, '.size is a text: write it in quotes'],
    [
      'a map as a value',
      { score: { above: 3 } },
      '.score must be a value, a list of values or a comparison in quotes',
    ],
    ['a text alone', 'always', ' must be a map of conditions or a list of such maps'],
  ])('%s', async (_, written, complaint) => {
    expect(await complaints(written)).toEqual([complaint])
  })

  test('all of them are told', async () => {
    expect(await complaints([{ scor: 1, stage: 'x' }, { score: 'y' }])).toHaveLength(3)
  })
})

/** A literal that an account may have under a name of this type. */
function literal(type: Mappable): fc.Arbitrary<Value> {
  switch (type.type) {
    case 'number':
      return fc.integer({ min: 0, max: 200 })
    case 'enumeration':
      return fc.constantFrom(...type.options)
    default:
      return fc.constantFrom('US', 'DE', 'a b', 'true', '12')
  }
}

/** A condition, and how a person may write it. */
function writtenCondition(type: Mappable): fc.Arbitrary<{ written: unknown; condition: Condition }> {
  const values = fc.array(literal(type), { minLength: 1, maxLength: 3 })
  const ops = type.type === 'enumeration' ? (['=', '!='] as const) : (['>=', '>', '!='] as const)
  return fc.oneof(
    values.map(list => ({ written: list, condition: { op: 'oneOf' as const, values: list } })),
    literal(type).map(value => ({ written: value, condition: { op: 'oneOf' as const, values: [value] } })),
    fc.tuple(fc.constantFrom(...ops), literal(type)).map(([op, value]) => ({
      written: `${op} ${value}`,
      condition: { op, value },
    })),
  )
}

const types = new Map([...MAPPABLE].filter(([, type]) => type.type !== 'date'))
const named = fc
  .constantFrom(...types)
  .chain(([name, type]) =>
    fc.tuple(writtenCondition(type), literal(type)).map(([pair, value]) => ({ name, value, ...pair })),
  )

test('whatever is written means the same after it is read', async () => {
  const maps = fc.array(fc.uniqueArray(named, { selector: item => item.name, minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  })
  await fc.assert(
    fc.asyncProperty(maps, async lists => {
      const written = lists.map(list => Object.fromEntries(list.map(item => [item.name, item.written])))
      const meant: When = lists.map(list => Object.fromEntries(list.map(item => [item.name, item.condition])))
      const account = new Map(lists.flat().map(item => [item.name, item.value]))
      const lookup = (name: string): Value => account.get(name) ?? null
      const when = (await read(written)) ?? []
      expect(when).toEqual(meant)
      expect(holds(when, lookup)).toBe(holds(meant, lookup))
    }),
    { numRuns: 60 },
  )
})
