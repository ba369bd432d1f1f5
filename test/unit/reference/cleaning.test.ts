import { describe, expect, it } from 'vitest'
import { parseTime } from '../../reference/calendar.ts'
import { type Cleaning, clean } from '../../reference/clean.ts'
import { companyDomain } from '../../reference/company-domain.ts'
import { splitUrl } from '../../reference/importance.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import type { SignalRow } from '../../reference/signal-row.ts'

const T = Date.UTC(2025, 5, 2) * 1000
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const CLEANING: Cleaning = {
  ...PLAIN_CLEANING,
  aliases: { 'acme.com': ['acme.io', 'gmail.com'] },
  exclude: { ...PLAIN_CLEANING.exclude, domains: ['mycompany.com'], min_confidence: 0.5 },
  freeMail: ['gmail.com', 'gmx.de'],
}

const row = (values: Partial<SignalRow>): SignalRow => ({
  format: 'canonical',
  id: '1',
  occurred_at: '2025-06-01T10:00:00Z',
  kind: 'view',
  account_domain: 'acme.com',
  ...values,
})
const leftOut = (...rows: Partial<SignalRow>[]) => clean(rows.map(row), CLEANING, T).leftOut
const domains = (...rows: Partial<SignalRow>[]) =>
  clean(rows.map(row), CLEANING, T).signals.map(signal => signal.domain)

describe('companyDomain', () => {
  it.each([
    ['acme.com', 'acme.com'],
    ['https://user:pw@WWW.Acme.com:8443/x?y#z', 'acme.com'],
    ['//acme.com/x', 'acme.com'],
    ['a.b.acme.co.uk.', 'acme.co.uk'],
    ['deep.foo.github.io', 'foo.github.io'],
    ['MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de'],
    ['github.io', null],
    ['www.github.io', null],
    ['co.uk', null],
    ['localhost', null],
    ['printer.local', null],
    ['127.0.0.1', null],
    ['http://10.0.0.1:8080/', null],
    ['[::1]', null],
    ['2001:db8::1', null],
    ['', null],
  ])('of %s is %s', (text, expected) => {
    expect(companyDomain(text)).toBe(expected)
  })
})

describe('parseTime', () => {
  it.each([
    ['2025-06-01 10:00:00', '2025-06-01T10:00:00.000Z'],
    ['2025-06-01T10:00:00.5+02:00', '2025-06-01T08:00:00.500Z'],
    ['2025-06-01T23:30:00-01:00', '2025-06-02T00:30:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('reads %s as %s', (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso) * 1000)
  })

  it('keeps microseconds', () => {
    expect(parseTime('2025-06-01T23:59:59.999999')).toBe(T - 1)
  })

  it.each(['', '2025-06-01', '2025-06-01T10:00', '2023-02-29 10:00:00', '2025-06-01 10:60:00', '1748779200'])(
    'does not read %s',
    text => {
      expect(parseTime(text)).toBeNull()
    },
  )
})

describe('splitUrl', () => {
  it.each([
    ['https://user@Blog.acme.com:80/a/b/?q#f', 'Blog.acme.com', '/a/b'],
    ['//blog.acme.com', 'blog.acme.com', ''],
    ['/docs?next=https://blog.acme.com/pricing', '', '/docs'],
    ['blog.acme.com/post', '', 'blog.acme.com/post'],
    ['', '', ''],
  ])('of %s', (url, host, path) => {
    expect(splitUrl(url)).toEqual({ host, path })
  })
})

describe('a row is left out', () => {
  it('for the first reason that applies', () => {
    expect(leftOut({ id: '', dnt: 'true' })).toEqual({ bad_row: 1 })
    expect(leftOut({ occurred_at: 'yesterday' })).toEqual({ bad_row: 1 })
    expect(leftOut({ dnt: 'true', confidence: '0' })).toEqual({ do_not_track: 1 })
    expect(leftOut({ confidence: '0.49', account_domain: '' })).toEqual({ low_confidence: 1 })
    expect(leftOut({ account_domain: '', connection_type: 'isp' })).toEqual({ no_company: 1 })
    expect(leftOut({ account_domain: 'localhost', connection_type: 'isp' })).toEqual({ not_a_company: 1 })
    expect(leftOut({ account_domain: 'gmx.de', connection_type: 'isp' })).toEqual({ connection_type: 1 })
    expect(leftOut({ account_domain: 'gmx.de', user_agent: GOOGLEBOT })).toEqual({ free_mail: 1 })
    expect(leftOut({ account_domain: 'www.mycompany.com', user_agent: GOOGLEBOT })).toEqual({ excluded: 1 })
    expect(leftOut({ user_agent: GOOGLEBOT })).toEqual({ bot: 1 })
  })

  it('as a duplicate only of the same format and day, whatever became of the first', () => {
    expect(leftOut({ dnt: 'true' }, { account_name: 'Other' })).toEqual({ do_not_track: 1, duplicate: 1 })
    expect(leftOut({}, { occurred_at: '2025-05-31T23:59:59Z' })).toEqual({})
    expect(leftOut({}, { occurred_at: '2025-06-02T01:00:00+02:00' })).toEqual({ duplicate: 1 })
    expect(leftOut({}, { format: 'scarf_events', type: 'pixel-fetch' })).toEqual({})
  })

  it('as a bot only when it is a view', () => {
    expect(leftOut({ kind: 'download', user_agent: GOOGLEBOT })).toEqual({})
  })

  it('not at all at T: it does not exist', () => {
    const cleaned = clean([row({ occurred_at: '2025-06-02T00:00:00Z' }), row({})], CLEANING, T)
    expect(cleaned).toMatchObject({ read: 1, leftOut: {} })
  })
})

describe('the account of a row', () => {
  it("is its domain's, else its email's, folded before exclusions are looked at", () => {
    expect(domains({ account_domain: 'acme.io' })).toEqual(['acme.com'])
    expect(domains({ account_domain: 'gmail.com' })).toEqual(['acme.com'])
    expect(domains({ account_domain: '', email: 'ann@mail.other.org' })).toEqual(['other.org'])
  })

  it('is nobody for a noreply host, and not the email for a domain that is no company', () => {
    expect(leftOut({ account_domain: '', email: 'x@users.noreply.github.com' })).toEqual({ no_company: 1 })
    expect(leftOut({ account_domain: 'localhost', email: 'ann@other.org' })).toEqual({ not_a_company: 1 })
    expect(domains({ account_domain: '', email: 'noreply@other.org' })).toEqual(['other.org'])
  })
})
