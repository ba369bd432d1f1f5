import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../src/plan/related/lines-of.ts'
import { FIELDS as ALWAYS, mapping, value } from './situations.ts'

const FIELDS = [...ALWAYS, value('name', 'Company', { write: 'on_create' })]
const names = (object: string, as: string) =>
  linesOf(mapping({ object: 'Account', fields: FIELDS, create: { when: [{}], as } }), object).map(
    line => line.to,
  )

describe('lines written on create', () => {
  test('are asked of the object that records are made as, and of no other', () => {
    expect(names('Lead', 'Lead')).toEqual(FIELDS.map(line => line.to))
    expect(names('Account', 'Lead')).toEqual(ALWAYS.map(line => line.to))
  })

  test('are asked of the matched object where it is the one that is made', () => {
    expect(names('Account', 'Account')).toEqual(FIELDS.map(line => line.to))
  })
})
