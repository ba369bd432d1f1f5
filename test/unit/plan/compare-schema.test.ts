import { describe, expect, test } from 'vitest'
import { STAGE_LABELS } from '../../../src/domain/stage.ts'
import { compareSchema, lackingFields } from '../../../src/plan/fields/compare-schema.ts'
import { wantedFields } from '../../../src/plan/fields/wanted-fields.ts'
import { constant, FIELDS, field, mapping, value } from './situations.ts'

const PLACE = { connector: 'crm', object: 'companies' }
const wantedOf = (...fields: typeof FIELDS) =>
  wantedFields(mapping({ fields }).fields, 'oql_domain', STAGE_LABELS)
const KEY = field('oql_domain', { unique: true })

const codes = (line: (typeof FIELDS)[number], over: Parameters<typeof field>[1]) =>
  compareSchema(wantedOf(line), [KEY, field(line.to, over)], PLACE).map(problem => problem.code)

describe('what the mapping wants', () => {
  test('is the key and each field, with types, scale and options', () => {
    const wanted = wantedOf(
      ...FIELDS,
      value('stage', 'OQL_Funnel__c', { values: { interest: 'Cold', inactive: 'Cold' } }),
    )
    expect(wanted.map(({ name, label, type }) => [name, label, type])).toEqual([
      ['oql_domain', 'OQL domain', 'text'],
      ['oql_stage', 'OQL stage', 'enumeration'],
      ['oql_score', 'OQL score', 'number'],
      ['oql_risk', 'OQL risk', 'enumeration'],
      ['oql_reason', 'OQL reason', 'text'],
      ['oql_stage_since', 'OQL stage since', 'date'],
      ['OQL_Funnel__c', 'OQL funnel', 'enumeration'],
    ])
    expect(wanted[0]).toMatchObject({ unique: true })
    expect(wanted[1]?.options?.[3]).toEqual({ value: 'ongoing_usage', label: 'Ongoing Usage' })
    expect(wanted[2]).toMatchObject({ scale: 2 })
    expect(wanted[3]?.options?.[0]).toEqual({ value: 'medium', label: 'Medium' })
    expect(wanted[6]?.options).toEqual([{ value: 'Cold', label: 'Cold' }])
  })

  test('has the key once where the mapping names it too', () => {
    expect(wantedOf(value('domain', 'oql_domain')).map(({ name }) => name)).toEqual(['oql_domain'])
  })
})

describe('what is lacking', () => {
  test('is told at once, with the field, what is wrong and the command that mends it', () => {
    const problems = compareSchema(
      wantedOf(...FIELDS),
      [
        field('oql_domain'),
        field('oql_stage', { type: 'enumeration', options: ['interest', 'inactive'] }),
        field('oql_score', { type: 'date', nativeType: 'date' }),
        field('oql_risk', { writable: false }),
        field('oql_reason'),
      ],
      PLACE,
    )
    const missing = problems.find(({ code }) => code === 'missing_field')
    expect(missing?.message).toBe(
      'crm: field oql_stage_since of companies is not there, or hidden from this user',
    )
    expect(missing?.hint).toBe(
      'where it is not there `oql setup crm` makes it (date); where it is, an admin lets this user read and edit it',
    )
    expect(problems.map(({ code, field: name }) => [code, name])).toEqual([
      ['not_unique', 'oql_domain'],
      ['missing_options', 'oql_stage'],
      ['wrong_type', 'oql_score'],
      ['read_only', 'oql_risk'],
      ['missing_field', 'oql_stage_since'],
    ])
    expect(problems[1]?.message).toBe(
      'crm: field oql_stage of companies lacks the options investigation, experimentation, ongoing_usage',
    )
    for (const problem of problems) {
      expect(problem.message).toContain(problem.field)
      expect(problem.hint).toContain('oql setup crm')
    }
  })

  test('is nothing once all is as wanted', () => {
    const wanted = wantedOf(...FIELDS)
    const made = wanted.map(want =>
      field(want.name, {
        type: want.type,
        unique: want.unique ?? false,
        ...(want.options === undefined ? {} : { options: want.options.map(option => option.value) }),
      }),
    )
    expect(compareSchema(wanted, made, PLACE)).toEqual([])
    expect(lackingFields(wanted, made)).toEqual([])
  })
})

describe('an existing field', () => {
  const source = constant('Open source', 'lead_source')

  test.each([
    ['a text takes anything', value('score', 'x'), { type: 'text' }, []],
    ['a text takes dates', value('first_seen', 'x'), { type: 'text' }, []],
    ['a date takes dates', value('first_seen', 'x'), { type: 'date' }, []],
    ['a number takes no dates', value('first_seen', 'x'), { type: 'number' }, ['wrong_type']],
    ['a number takes no stages', value('stage', 'x'), { type: 'number' }, ['wrong_type']],
    ['a number takes numbers as constants', constant('5', 'x'), { type: 'number' }, []],
    [
      'a boolean takes translations',
      value('stage', 'x', { values: { interest: false } }),
      { type: 'boolean' },
      [],
    ],
    [
      'an enumeration takes labels',
      value('stage_label', 'x'),
      { type: 'enumeration', options: Object.values(STAGE_LABELS) },
      [],
    ],
    [
      'an enumeration takes no free text',
      value('reason', 'x'),
      { type: 'enumeration', options: ['a'] },
      ['wrong_type'],
    ],
    [
      'an enumeration must have the constant',
      source,
      { type: 'enumeration', options: ['Web'] },
      ['missing_options'],
    ],
    ['an enumeration open to any value', source, { type: 'enumeration' }, []],
    ['another type takes constants', source, { type: 'other' }, []],
    ['another type takes no numbers', value('score', 'x'), { type: 'other' }, ['wrong_type']],
  ] as const)('%s', (_title, line, over, expected) => {
    expect(codes(line, over)).toEqual(expected)
  })

  test('as a key must be a unique text', () => {
    const [problem] = compareSchema(
      wantedOf(),
      [field('oql_domain', { type: 'number', unique: true })],
      PLACE,
    )
    expect(problem?.code).toBe('wrong_type')
  })

  test('gets nothing from setup but the options that it lacks', () => {
    const wanted = wantedOf(source, value('score', 'funnel'), value('reason', 'oql_reason'))
    const described = [
      KEY,
      field('lead_source', { type: 'enumeration', options: ['Web'] }),
      field('funnel', { type: 'date' }),
    ]
    expect(lackingFields(wanted, described)).toEqual([
      expect.objectContaining({
        name: 'lead_source',
        type: 'enumeration',
        options: [{ value: 'Open source', label: 'Open source' }],
      }),
      expect.objectContaining({ name: 'oql_reason', type: 'text' }),
    ])
  })
})
