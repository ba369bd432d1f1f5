import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'
import type { Person } from '../../../src/domain/person.ts'
import { CLEANING, put, type ScoreFilesOptions, scoreFiles, source } from '../store/score-files.ts'
import { inFolder } from './score-rows.ts'

interface Signal {
  email: string
  account_domain?: string
  time?: string
  kind?: string
  dnt?: string
}

/** The people of canonical signals; what a signal does not say is a download of acme.com on 1 June. */
async function peopleOf(signals: readonly Signal[], options: ScoreFilesOptions = {}): Promise<Person[]> {
  const rows = signals.map(({ time, ...signal }, id) => ({
    id: String(id + 1),
    occurred_at: time ?? '2025-06-01T10:00:00Z',
    kind: 'download',
    account_domain: 'acme.com',
    dnt: '',
    ...signal,
  }))
  return inFolder(async folder => {
    await put(folder, 'a.csv', stringify(rows, { header: true }))
    return (await scoreFiles(folder, [source(folder, 'a.csv')], options)).people
  })
}

const emailsOf = async (...given: Parameters<typeof peopleOf>): Promise<string[]> =>
  (await peopleOf(...given)).map(({ domain, email }) => `${email} of ${domain}`)

describe('a person', () => {
  it('has the kinds, first and last time and number of all their signals, over days', async () => {
    const people = await peopleOf([
      { email: 'ann@acme.com', time: '2025-06-02T09:00:00.250Z', kind: 'telemetry' },
      { email: 'ann@acme.com', time: '2025-06-02T23:59:59Z', kind: 'view' },
      { email: 'ann@acme.com', time: '2025-05-30T08:00:00Z', kind: 'unheard-of' },
      { email: 'bob@acme.com', time: '2025-06-03T08:00:00Z', kind: 'community' },
      { email: 'ann@acme.com', time: '2025-06-03T08:00:00Z', account_domain: 'beta.io' },
      // At `as_of`: it does not exist.
      { email: 'ann@acme.com', time: '2025-06-11T00:00:00Z' },
    ])
    expect(people).toEqual([
      {
        domain: 'acme.com',
        email: 'ann@acme.com',
        kinds: ['view', 'telemetry', 'custom'],
        firstSeen: new Date('2025-05-30T08:00:00Z'),
        lastSeen: new Date('2025-06-02T23:59:59Z'),
        signals: 3,
      },
      {
        domain: 'acme.com',
        email: 'bob@acme.com',
        kinds: ['community'],
        firstSeen: new Date('2025-06-03T08:00:00Z'),
        lastSeen: new Date('2025-06-03T08:00:00Z'),
        signals: 1,
      },
      {
        domain: 'beta.io',
        email: 'ann@acme.com',
        kinds: ['download'],
        firstSeen: new Date('2025-06-03T08:00:00Z'),
        lastSeen: new Date('2025-06-03T08:00:00Z'),
        signals: 1,
      },
    ])
  })

  it('is one whatever the case, the spaces around, and the spelling of the host', async () => {
    const people = await peopleOf([
      { email: 'Ann.O@Acme.COM' },
      { email: '  ann.o@acme.com\t' },
      { email: 'eve@bücher.de' },
      { email: 'EVE@BÜCHER.DE' },
      { email: 'eve@xn--bcher-kva.de' },
      // Mail that goes to the same box is another address.
      { email: 'ann.o+oss@acme.com' },
      { email: "o'hara_{x}@mail.acme.co.uk" },
    ])
    expect(people.map(({ email, signals }) => [email, signals])).toEqual([
      ['ann.o+oss@acme.com', 1],
      ['ann.o@acme.com', 2],
      ['eve@xn--bcher-kva.de', 3],
      ["o'hara_{x}@mail.acme.co.uk", 1],
    ])
  })

  it('belongs to the account of the signal, else to the domain of the email', async () => {
    const aliases = { 'acme.com': ['acme.io'] }
    const cleaning = { ...CLEANING, domains: { ...CLEANING.domains, aliases } }
    const signals = [
      { email: 'ann@acme.com', account_domain: 'www.beta.io' },
      { email: 'ann@mail.gamma.co.uk', account_domain: '' },
      { email: 'eve@bücher.de', account_domain: '' },
      { email: 'bob@acme.io', account_domain: '' },
    ]
    expect(await emailsOf(signals, { cleaning })).toEqual([
      'bob@acme.io of acme.com',
      'ann@acme.com of beta.io',
      'ann@mail.gamma.co.uk of gamma.co.uk',
      'eve@xn--bcher-kva.de of xn--bcher-kva.de',
    ])
  })
})

describe('nobody', () => {
  it.each([
    'noreply@acme.com',
    'No-Reply@acme.com',
    'no_reply@acme.com',
    'no.reply+123@acme.com',
    'donotreply@acme.com',
    'do-not-reply@acme.com',
    'dont-reply@acme.com',
    'noreply2@acme.com',
    'jira-noreply@acme.com',
    'noreply-comments@acme.com',
    '1234+ann@users.noreply.github.com',
    'x@NoReply.acme.com',
    'x@no-reply.acme.com',
  ])('reads the mail of %s', async email => {
    expect(await emailsOf([{ email }, { email: 'ann@acme.com' }])).toEqual(['ann@acme.com of acme.com'])
  })

  it.each([
    'ann',
    'ann@',
    '@acme.com',
    'a@b@acme.com',
    'ann o@acme.com',
    'Ann <ann@acme.com>',
    'mailto:ann@acme.com',
    'ann@acme.com.',
    'ann@acme.com:25',
    'ann@acme.com/x',
    'ann@localhost',
    'ann@printer.local',
    'ann@co.uk',
    'ann@127.0.0.1',
    'ann@[127.0.0.1]',
    'ann@foo_bar.acme.com',
    'änn@acme.com',
    `${'a'.repeat(65)}@acme.com`,
  ])('is %s, which is no address', async email => {
    expect(await emailsOf([{ email }, { email: 'ann@acme.com' }])).toEqual(['ann@acme.com of acme.com'])
  })

  it('is found where the address only looks like a noreply one', async () => {
    const emails = [
      'noreplyless@acme.com',
      'nora.reply@acme.com',
      'bob+noreply@acme.com',
      'x@noreply-list.io',
    ]
    const found = await emailsOf(emails.map(email => ({ email })))
    expect(found).toEqual(emails.toSorted().map(email => `${email} of acme.com`))
  })

  it('is known by free mail alone, but beside a company', async () => {
    const signals = [
      { email: 'ann@gmail.com' },
      { email: 'bob@gmail.com', account_domain: '' },
      { email: 'eve@gmail.com', account_domain: 'yahoo.com' },
    ]
    expect(await emailsOf(signals)).toEqual(['ann@gmail.com of acme.com'])
    // Where free mail providers are accounts, they are still no company to be known beside.
    const cleaning = { ...CLEANING, domains: { ...CLEANING.domains, freeMail: false } }
    expect(await emailsOf(signals, { cleaning })).toEqual(['ann@gmail.com of acme.com'])
  })

  it('comes from a signal that is left out, or with an address that the config leaves out', async () => {
    const cleaning = { ...CLEANING, domains: { ...CLEANING.domains, excluded: ['own.com', 'beta.io'] } }
    const signals = [
      { email: 'ann@acme.com', dnt: 'true' },
      { email: 'bob@acme.com', account_domain: 'beta.io' },
      { email: 'me@own.com', account_domain: '' },
      { email: 'me@dev.own.com' },
      { email: 'eve@acme.com' },
      { email: '' },
    ]
    expect(await emailsOf(signals, { cleaning })).toEqual(['eve@acme.com of acme.com'])
  })
})
