import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../../src/domain/redactor.ts'

function hiding(...secrets: string[]) {
  const redactor = createRedactor()
  redactor.hide(secrets)
  return redactor
}

describe('a text for people', () => {
  test('loses every secret of six characters and more, the longer one first', () => {
    const { text } = hiding('s3cr3t', 's3cr3t-and-more')
    expect(text('s3cr3t-and-more, s3cr3ts')).toBe('[secret], [secret]s')
  })

  test.each(['a', 'null', 'true', '12345'])('keeps its words where a secret is %s', secret => {
    const words = 'a null account, true or not: 12345 of 123456'
    expect(hiding(secret).text(words)).toBe(words)
  })

  test('loses a secret as it stands in JSON and in a url', () => {
    const { text } = hiding('line 1\nline "2"')
    expect(text('{"key":"line 1\\nline \\"2\\""} ?key=line%201%0Aline%20%222%22')).toBe(
      '{"key":"[secret]"} ?key=[secret]',
    )
  })
})

describe('a value of JSON', () => {
  test('loses texts that are a secret as a whole, however short, and the others their secrets', () => {
    const { value } = hiding('null', 'a', 'hunter22')
    expect(value({ one: 'null', two: ['a', 'an apple', 'is hunter22 it'], none: null })).toEqual({
      one: '[secret]',
      two: ['[secret]', 'an apple', 'is [secret] it'],
      none: null,
    })
  })

  test('keeps its shape: names, numbers, flags and null stay', () => {
    const shape = { status: { created: 1_234_567, ok: true, at: null }, list: [] }
    expect(hiding('status', 'created', '234567', 'true', 'null').value(shape)).toEqual(shape)
  })

  test('is what JSON makes of it', () => {
    const { value } = hiding('2025-01-02T03:04:05.000Z')
    const date = new Date('2025-01-02T03:04:05Z')
    expect(JSON.stringify(value({ date, gone: undefined }))).toBe('{"date":"[secret]"}')
  })
})

test('an empty text is no secret', () => {
  expect(hiding('').text('abc')).toBe('abc')
})
