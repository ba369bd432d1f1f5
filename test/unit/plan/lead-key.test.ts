import { expect, test } from 'vitest'
import { leadKey, readLeadKey } from '../../../src/plan/related/lead-key.ts'

test('a key is read as it was written, in whatever case and with whatever space a CRM gives it back', () => {
  expect(leadKey('acme.co.uk', 12)).toBe('acme.co.uk#12')
  expect(readLeadKey(leadKey('acme.co.uk', 12))).toEqual({ domain: 'acme.co.uk', number: 12 })
  expect(readLeadKey(' ACME.co.uk#12 ')).toEqual({ domain: 'acme.co.uk', number: 12 })
})

test.each(['', 'acme.com', '#1', 'acme.com#', 'acme.com#0', 'acme.com#01', 'acme.com#-1', 'acme.com#1a'])(
  'what people wrote into the field is no key of ours: %j',
  text => {
    expect(readLeadKey(text)).toBeNull()
  },
)
