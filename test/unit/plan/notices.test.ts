import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NotifyChannel } from '../../../src/config/config.ts'
import { DIRECTIONS, RISKS, STAGES } from '../../../src/domain/stage.ts'
import { ALWAYS, type When } from '../../../src/domain/when.ts'
import { actionNames } from '../../../src/plan/notices/action-names.ts'
import { crmChannels, type NoticeChannel, notifyChannel } from '../../../src/plan/notices/channels.ts'
import { type AccountChange, type NoticeRules, noticesFor } from '../../../src/plan/notices/make-notices.ts'
import { filled } from '../../../src/plan/notices/template.ts'
import { AS_OF, account, context, mapping } from './situations.ts'

const channel = (over: Partial<NoticeChannel & { isSilent: boolean }> = {}) => ({
  channel: 'hook',
  about: 'stage' as const,
  connector: null,
  when: ALWAYS,
  only: null,
  isSilent: false,
  ...over,
})

const rules = (...channels: ReturnType<typeof channel>[]): NoticeRules => ({
  channels,
  context: context(),
  segments: { german: [{ country: { op: 'oneOf', values: ['DE'] } }] },
  runId: 'run',
  at: AS_OF,
  since: new Date('2026-11-24T06:10:00Z'),
})

const up: AccountChange = { about: 'stage', from: 'investigation', to: 'experimentation', direction: 'up' }
const quiet: AccountChange = { about: 'risk', from: null, to: 'high', direction: null }

describe('notices of a change', () => {
  it('hold what the account was at that moment, and wait for the connector that must confirm it', () => {
    const { notices } = noticesFor(
      account({ score: 61 }),
      [up],
      rules(channel({ connector: 'crm' }), channel()),
    )
    expect(notices).toMatchObject([
      {
        connector: 'crm',
        isDue: false,
        status: 'pending',
        attempts: 0,
        from: 'investigation',
        to: 'experimentation',
      },
      { connector: null, isDue: true, content: { score: 61, stage: 'experimentation', name: 'Acme' } },
    ])
  })

  it('are made for the channels whose when holds, of the change, the account and its segments', () => {
    const wants = (name: string, value: string) =>
      channel({ channel: name, when: [{ [name]: { op: 'oneOf', values: [value] } }] })
    const { notices } = noticesFor(
      account({ country: 'DE' }),
      [up],
      rules(
        wants('to', 'experimentation'),
        wants('direction', 'down'),
        wants('segment', 'german'),
        wants('country', 'US'),
      ),
    )
    expect(notices.map(notice => notice.channel)).toEqual(['to', 'segment'])
  })

  it('leave out an account that the connector must not touch', () => {
    const only = [{ country: { op: 'oneOf' as const, values: ['US'] } }]
    expect(noticesFor(account({ country: 'DE' }), [up], rules(channel({ only }))).notices).toEqual([])
  })

  it('of a silent channel are counted and not made', () => {
    const made = noticesFor(account(), [up], rules(channel({ isSilent: true }), channel({ channel: 'loud' })))
    expect(made).toMatchObject({ silenced: 1, notices: [{ channel: 'loud' }] })
  })

  it('go to the channels of their kind of change', () => {
    const { notices } = noticesFor(
      account(),
      [up, quiet],
      rules(channel(), channel({ channel: 'risks', about: 'risk' })),
    )
    expect(notices.map(({ channel: name, about, to }) => [name, about, to])).toEqual([
      ['hook', 'stage', 'experimentation'],
      ['risks', 'risk', 'high'],
    ])
  })
})

describe('ids', () => {
  const change = fc.oneof(
    fc.record({
      about: fc.constant('stage' as const),
      from: fc.constantFrom(null, ...STAGES),
      to: fc.constantFrom(...STAGES),
      direction: fc.constantFrom(...DIRECTIONS),
    }),
    fc.record({
      about: fc.constant('risk' as const),
      from: fc.constantFrom(null, ...RISKS),
      to: fc.constantFrom(null, ...RISKS),
      direction: fc.constant(null),
    }),
  )
  const what = fc.record({
    domain: fc.domain(),
    change,
    channel: fc.string(),
    at: fc.date({ noInvalidDate: true }),
  })
  const idOf = ({
    domain,
    change: made,
    channel: name,
    at,
  }: typeof what extends fc.Arbitrary<infer T> ? T : never) => {
    const to = { ...rules(channel({ channel: name, about: made.about })), at }
    const { notices } = noticesFor(account({ domain }), [made], to)
    expect(notices).toHaveLength(1)
    return notices[0]?.id
  }

  it('are the same for the same change on the same channel, and fit a URL, a header and a CRM field', () => {
    fc.assert(
      fc.property(what, some => {
        const id = idOf(some)
        expect(id).toBe(idOf(structuredClone(some)))
        expect(id).toMatch(/^[0-9a-f-]{1,64}$/)
      }),
    )
  })

  it('differ where the channel, the account, the moment or the move does', () => {
    fc.assert(
      fc.property(what, what, (one, other) => {
        const { direction: _, ...move } = one.change
        const { direction: __, ...otherMove } = other.change
        const isSame =
          JSON.stringify({ ...one, change: move }) === JSON.stringify({ ...other, change: otherMove })
        expect(idOf(one) === idOf(other)).toBe(isSame)
      }),
    )
  })
})

describe('channels of the config', () => {
  it('are each action of each mapping, by its name or its condition, and each entry of notify', () => {
    const note = { type: 'note', when: ALWAYS, body: '' } as const
    const mapped = {
      ...mapping(),
      onStageChange: [note, { type: 'event', name: 'all', when: ALWAYS } as const, note],
      onRiskChange: [note],
    }
    const channels = crmChannels({
      connectors: { crm: { name: 'crm', mapping: mapped, only: null } },
    })
    const [alike = ''] = actionNames([note])
    expect(channels.map(one => [one.channel, one.about])).toEqual([
      [`crm:note:${alike}`, 'stage'],
      ['crm:event:all', 'stage'],
      [`crm:note:${alike}-2`, 'stage'],
      [`crm:note:${alike}`, 'risk'],
    ])
    const hook: NotifyChannel = {
      use: 'webhook',
      name: 'hook',
      url: 'https://example.com',
      on: 'risk',
      when: ALWAYS,
      after: 'crm',
      allowPrivate: false,
      secret: null,
    }
    expect(notifyChannel(hook)).toMatchObject({
      channel: 'hook',
      about: 'risk',
      connector: 'crm',
      only: null,
    })
  })
})

it('an action is known by its condition however that is written, and by nothing else', () => {
  const of = (when: When) => actionNames([{ type: 'task', when }])[0]
  const [up, first] = ['up', 'first'].map(value => ({ op: 'oneOf', values: [value] }) as const)
  if (up === undefined || first === undefined) throw new Error('two conditions')
  const here = { op: 'oneOf', values: ['US', 'DE'] } as const
  const there = { op: 'oneOf', values: ['DE', 'US'] } as const
  expect(of([{ direction: up, country: here }, { direction: first }])).toBe(
    of([{ direction: first }, { country: there, direction: up }]),
  )
  expect(new Set([of([{ direction: up }]), of([{ direction: first }]), of([{}]), of([])]).size).toBe(4)
})

describe('templates', () => {
  const noticeOf = (over: Parameters<typeof account>[0]) => {
    const [notice] = noticesFor(account(over), [up], rules(channel())).notices
    if (notice === undefined) throw new Error('no notice was made')
    return notice
  }

  it('are filled with the account and its change', () => {
    expect(
      filled('{{name}} reached {{ stage_label }} from {{from}} at {{score}}', noticeOf({ score: 9.5 })),
    ).toBe('Acme reached Experimentation from investigation at 9.5')
  })

  it('name a company without a name by its domain, and leave out what is not known', () => {
    expect(filled('{{name}}, {{country}}.', noticeOf({ name: null, country: null }))).toBe('acme.com, .')
  })

  it('take what a value holds as it is, braces and dollars too', () => {
    expect(filled('{{name}}', noticeOf({ name: '{{reason}} $& $1' }))).toBe('{{reason}} $& $1')
  })
})
