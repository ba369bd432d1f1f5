import { expect, test } from 'vitest'
import { companyDomain } from '../../../src/domain/company-domain.ts'
import { companyDomain as ofReference } from '../../reference/company-domain.ts'

test.each([
  '4.in-addr.arpa',
  '1.0.0.127.in-addr.arpa.',
  'b.a.9.8.ip6.arpa',
  'acme.e164.arpa',
  'printer.home.arpa',
  'acme.arpa',
  'ARPA',
])("the network's own names are no company: %s", raw => {
  expect([companyDomain(raw), ofReference(raw)]).toEqual([null, null])
})

test.each([
  ['arpa.com', 'arpa.com'],
  ['www.in-addr-arpa.org', 'in-addr-arpa.org'],
])('a name that only looks like one is: %s', (raw, domain) => {
  expect([companyDomain(raw), ofReference(raw)]).toEqual([domain, domain])
})
