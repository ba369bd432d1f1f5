import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RemoteRecord } from '../../../src/contract/records.ts'
import { companyDomain } from '../../../src/domain/company-domain.ts'
import { fieldsToMatch, type MatchRules, matchAll } from '../../../src/plan/match/match.ts'
import { record } from './situations.ts'

const RULES: MatchRules = {
  by: 'domain',
  alsoMatches: ['more_domains'],
  key: 'oql_domain',
  skip: null,
  prefer: [],
  display: ['name', 'city'],
}

/** Stands in for the store's rule: hosts lower-case without `www.`, `acme.io` folded into `acme.com`. */
function normalise(raw: string): string | null {
  const host = raw
    .toLowerCase()
    .replace(/^https?:\/\/|^www\.|\/.*$/g, '')
    .replace(/^www\./, '')
  if (!host.includes('.')) return null
  return host === 'acme.io' ? 'acme.com' : host
}

const match = (records: readonly RemoteRecord[], rules: Partial<MatchRules> = {}, domain = 'acme.com') =>
  matchAll([domain], records, { ...RULES, ...rules }, normalise).get(domain)

const linkedTo = (remoteId: string, by: string, stamped = false) => ({
  match: 'linked',
  record: expect.objectContaining({ remoteId }),
  by,
  stamped,
})

describe('one record', () => {
  test('is found by its domain, however it is spelled', () => {
    expect(match([record('1', { domain: 'https://WWW.Acme.com/about' })])).toEqual(linkedTo('1', 'domain'))
  })

  test('is found by a folded domain, and by its further ones', () => {
    expect(match([record('1', { domain: 'acme.io' })])).toEqual(linkedTo('1', 'domain'))
    expect(match([record('1', { domain: 'other.org', more_domains: 'x.org; acme.com' })])).toEqual(
      linkedTo('1', 'domain'),
    )
  })

  test('may be several accounts’', () => {
    const shared = [record('1', { domain: 'acme.com', more_domains: 'acme.org;' })]
    const found = matchAll(['acme.com', 'acme.org', 'acme.net'], shared, RULES, normalise)
    expect([...found.values()].map(({ match }) => match)).toEqual(['linked', 'linked', 'absent'])
  })

  test('read twice is still one', () => {
    const twice = [record('1', { domain: 'acme.com' }), record('1', { domain: 'acme.com' })]
    expect(match(twice)).toEqual(linkedTo('1', 'domain'))
  })
})

describe('a website that is somebody else’s page', () => {
  test.each([
    ['google.com', 'https://sites.google.com/view/shop'],
    ['google.com', 'https://www.google.com/maps/place/Shop'],
    ['github.com', 'github.com/dev-inc'],
    ['github.com', 'https://github.com/dev-inc/'],
    ['linkedin.com', 'https://de.linkedin.com/company/shop'],
    ['facebook.com', 'http://facebook.com:80/profile.php?id=1'],
    ['evil.io', 'https://acme.com@evil.io/'],
    ['evil.io', 'https://acme.com:443@evil.io'],
    ['acme.com', 'info@acme.com'],
    ['acme.com', 'mailto:info@acme.com'],
  ])('names %s and links nothing: %s', (domain, website) => {
    const found = matchAll([domain], [record('1', { domain: website })], RULES, companyDomain)
    expect(found.get(domain)).toMatchObject({ match: 'ambiguous', candidates: [{ remoteId: '1' }] })
  })

  test.each([
    ['acme.com', 'https://www.acme.com/en/home'],
    ['acme.com', 'acme.com/@team'],
    ['acme.com', 'acme.com:8080/x?mail=a@b.org'],
    ['github.com', 'https://github.com'],
    ['github.com', 'https://www.github.com/?ref=x#top'],
    ['acme.github.io', 'https://acme.github.io/docs'],
    ['notx.com', 'https://notx.com/page'],
  ])('is none, and %s is linked: %s', (domain, website) => {
    const found = matchAll([domain], [record('1', { domain: website })], RULES, companyDomain)
    expect(found.get(domain)).toMatchObject({ match: 'linked', by: 'domain', record: { remoteId: '1' } })
  })

  test('is no rival of the host’s own record', () => {
    const records = [
      record('1', { domain: 'github.com/dev' }),
      record('2', { domain: 'https://github.com/' }),
    ]
    const found = matchAll(['github.com'], records, RULES, companyDomain)
    expect(found.get('github.com')).toMatchObject({
      match: 'linked',
      by: 'domain',
      record: { remoteId: '2' },
    })
  })

  test('is chosen by no rule', () => {
    const rules = { ...RULES, prefer: ['oldest' as const] }
    const found = matchAll(['github.com'], [record('1', { domain: 'github.com/a' })], rules, companyDomain)
    expect(found.get('github.com')?.match).toBe('ambiguous')
  })
})

test('no record is absent, and neither empty nor odd domains are in the way', () => {
  expect(match([record('1', { domain: null }), record('2', { domain: 'n/a' }), record('3', {})])).toEqual({
    match: 'absent',
  })
})

describe('several records', () => {
  const two = [
    record('2', { domain: 'acme.com', name: 'Acme', city: 'Kiel' }),
    record('1', { domain: 'www.acme.com', name: 'Acme GmbH', city: null }),
  ]

  test('are ambiguous, with what tells them apart', () => {
    expect(match(two)).toEqual({
      match: 'ambiguous',
      candidates: [
        { remoteId: '1', fields: { name: 'Acme GmbH', city: null } },
        { remoteId: '2', fields: { name: 'Acme', city: 'Kiel' } },
      ],
    })
  })

  test('the one with our key is it', () => {
    const keyed = [...two, record('3', { domain: 'elsewhere.org', oql_domain: 'acme.com' })]
    expect(match(keyed)).toEqual(linkedTo('3', 'key', true))
  })

  test('our own key goes before that of a domain folded in, which is not a stamp', () => {
    const folded = record('3', { domain: 'acme.io', oql_domain: 'acme.io' })
    expect(match([...two, folded])).toEqual(linkedTo('3', 'key', false))
    expect(match([...two, folded, record('4', { oql_domain: 'ACME.com' })])).toEqual(
      linkedTo('4', 'key', true),
    )
  })

  test('with our key on several are ambiguous, and only those', () => {
    const keyed = [...two, record('3', { oql_domain: 'acme.com' }), record('4', { oql_domain: 'acme.com' })]
    expect(match(keyed)).toMatchObject({
      match: 'ambiguous',
      candidates: [{ remoteId: '3' }, { remoteId: '4' }],
    })
  })

  test('another account’s key makes a record no worse', () => {
    expect(match([record('1', { domain: 'acme.com', oql_domain: 'acme.org' })])).toEqual(
      linkedTo('1', 'domain'),
    )
    expect(match([...two, record('3', { domain: 'acme.com', oql_domain: 'acme.org' })])).toMatchObject({
      match: 'ambiguous',
    })
  })
})

describe('skip', () => {
  const skip = [{ type: { op: 'oneOf', values: ['Partner'] } }] as const
  const partner = record('1', { domain: 'acme.com', type: 'Partner' })

  test('leaves records out', () => {
    expect(match([partner], { skip })).toEqual({ match: 'absent' })
    expect(match([partner, record('2', { domain: 'acme.com', type: null })], { skip })).toEqual(
      linkedTo('2', 'domain'),
    )
  })

  test('is no bar to a record that carries our key: making another would take it away', () => {
    const ours = record('1', { ...partner.fields, oql_domain: 'acme.com' })
    expect(match([ours], { skip })).toEqual(linkedTo('1', 'key', true))
  })
})

describe('prefer', () => {
  const three = [
    record('child', { domain: 'acme.com', parent: 'top', owner: 'o1' }, '2020-01-01'),
    record('top', { domain: 'acme.com', parent: null, owner: 'o1' }, '2021-01-01'),
    record('spare', { domain: 'acme.com', parent: '', owner: null }, '2019-01-01'),
  ]

  test('asks rule after rule, each of what the one before left', () => {
    expect(match(three, { prefer: [{ empty: 'parent' }, { set: 'owner' }] })).toEqual(linkedTo('top', 'rule'))
    expect(match(three, { prefer: [{ empty: 'parent' }, 'oldest'] })).toEqual(linkedTo('spare', 'rule'))
  })

  test('skips a rule that no candidate passes', () => {
    expect(match(three, { prefer: [{ set: 'nothing' }, 'oldest'] })).toEqual(linkedTo('spare', 'rule'))
  })

  test('that does not decide leaves all of them to a person', () => {
    expect(match(three, { prefer: [{ empty: 'parent' }] })).toMatchObject({
      candidates: [{ remoteId: 'child' }, { remoteId: 'spare' }, { remoteId: 'top' }],
    })
    const sameDay = three.map(one => ({ ...one, createdAt: new Date(0) }))
    expect(match(sameDay, { prefer: ['oldest'] })).toMatchObject({ match: 'ambiguous' })
  })

  test('an unknown age is not the oldest', () => {
    const ageless = { ...record('x', { domain: 'acme.com' }), createdAt: null }
    expect(match([...three, ageless], { prefer: ['oldest'] })).toEqual(linkedTo('spare', 'rule'))
  })

  test('does not ask where the domain alone decides', () => {
    expect(match(three.slice(0, 1), { prefer: ['oldest'] })).toEqual(linkedTo('child', 'domain'))
  })
})

test('the fields that matching reads are named once each', () => {
  const rules: MatchRules = {
    ...RULES,
    skip: [{ type: { op: 'oneOf', values: ['Partner'] } }],
    prefer: [{ empty: 'parent' }, { set: 'name' }, 'oldest'],
  }
  expect(fieldsToMatch(rules)).toEqual([
    'domain',
    'oql_domain',
    'more_domains',
    'type',
    'parent',
    'name',
    'city',
  ])
})

test('the order in which records come changes nothing', () => {
  const domains = fc.constantFrom('acme.com', 'acme.io', 'b.org', null)
  const records = fc.uniqueArray(
    fc.record({
      remoteId: fc.integer({ min: 1, max: 9 }).map(String),
      fields: fc.record({
        domain: domains,
        oql_domain: domains,
        more_domains: domains,
        owner: fc.constantFrom('o', null),
      }),
      createdAt: fc.constantFrom(null, new Date(0), new Date(1)),
    }),
    { selector: one => one.remoteId },
  )
  const rules: MatchRules = { ...RULES, prefer: [{ set: 'owner' }, 'oldest'] }
  const wanted = ['acme.com', 'b.org']
  fc.assert(
    fc.property(records, list => {
      expect(matchAll(wanted, list.toReversed(), rules, normalise)).toEqual(
        matchAll(wanted, list, rules, normalise),
      )
    }),
  )
})
