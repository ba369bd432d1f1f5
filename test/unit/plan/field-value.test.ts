import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encode, sameValue } from '../../../src/plan/fields/field-value.ts'

describe('encode', () => {
  test.each([
    ['date', '2026-11-24T06:00:00Z', '2026-11-24'],
    ['datetime', '2026-11-24T06:00:00Z', '2026-11-24T06:00:00Z'],
    ['text', '2026-11-24T06:00:00Z', '2026-11-24T06:00:00Z'],
    ['text', 12.5, '12.5'],
    ['number', 12.5, 12.5],
    ['number', '5', 5],
    ['boolean', 'true', true],
    ['enumeration', 'ongoing_usage', 'ongoing_usage'],
    ['text', '   ', null],
    ['number', null, null],
  ] as const)('%s takes %j as %j', (type, value, expected) => {
    expect(encode({ type }, value)).toBe(expected)
  })

  test.each([
    ['number', 'many'],
    ['date', 'soon'],
    ['datetime', 5],
    ['boolean', 'maybe'],
  ] as const)('%s takes no %j', (type, value) => {
    expect(encode({ type }, value)).toBeUndefined()
  })

  test('text is cut to what the field holds, never inside a character', () => {
    expect(encode({ type: 'text', maxLength: 4 }, 'abc🙂def')).toBe('abc')
    expect(encode({ type: 'text', maxLength: 5 }, 'abc🙂def')).toBe('abc🙂')
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        (text, maxLength) => {
          const cut = encode({ type: 'text', maxLength }, text)
          if (cut === null) return text.trim() === '' || maxLength < text.length
          return (
            typeof cut === 'string' &&
            cut.length <= maxLength &&
            text.trim().startsWith(cut) &&
            cut.isWellFormed()
          )
        },
      ),
    )
  })
})

describe('sameValue', () => {
  test.each([
    ['number', 5, '5'],
    ['number', '5.0', 5],
    ['number', 0.1 + 0.2, 0.3],
    ['text', '', null],
    ['text', 'a\r\nb ', 'a\nb'],
    ['date', '2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['datetime', '2026-11-24T06:00:00Z', '2026-11-24T06:00:00.000Z'],
    ['datetime', '2026-11-24T06:00:00Z', '2026-11-24T07:00:00+01:00'],
    ['boolean', 'true', true],
  ] as const)('%s: %j is %j', (type, left, right) => {
    expect(sameValue(type, left, right)).toBe(true)
  })

  test.each([
    ['number', 5, 5.01],
    ['number', 0, null],
    ['text', '5', '5.0'],
    ['datetime', '2026-11-24T06:00:00Z', '2026-11-24T06:00:01Z'],
    ['date', '2026-11-24', '2026-11-25'],
    ['boolean', false, null],
    ['enumeration', 'interest', 'Interest'],
  ] as const)('%s: %j is not %j', (type, left, right) => {
    expect(sameValue(type, left, right)).toBe(false)
  })

  test('what a field was given is the same as what is given to it again', () => {
    const types = fc.constantFrom(
      'text',
      'number',
      'date',
      'datetime',
      'enumeration',
      'boolean',
      'other' as const,
    )
    const values = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.constant('2026-11-24T06:00:00Z'),
    )
    fc.assert(
      fc.property(types, values, (type, value) => {
        const held = encode({ type, maxLength: 10 }, value)
        return held === undefined || sameValue(type, held, encode({ type, maxLength: 10 }, value) ?? null)
      }),
    )
  })
})
