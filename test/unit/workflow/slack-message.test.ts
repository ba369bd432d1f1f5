import { describe, expect, it } from 'vitest'
import { slackDigest, slackMessage } from '../../../src/workflow/slack-message.ts'
import { outboxNotice } from './outbox-notice.ts'

const sectionOf = ({ blocks }: ReturnType<typeof slackMessage>) => blocks[0]

describe('one notice', () => {
  it('is a line with the account, its move and its reason, under its id', () => {
    const notice = outboxNotice()
    const message = slackMessage(notice)
    expect(message.text).toBe('Acme (acme.com): Investigation → Experimentation, score 52')
    expect(sectionOf(message)).toMatchObject({
      block_id: notice.id,
      text: { text: '*Acme (acme.com)*: Investigation → Experimentation, score 52\n52 points' },
    })
  })

  it('links to the console where there is one', () => {
    expect(sectionOf(slackMessage(outboxNotice({}, {}, 'https://oql.example')))?.text.text).toContain(
      '*<https://oql.example/accounts/acme.com|Acme (acme.com)>*',
    )
  })

  it('escapes what would be markup to Slack', () => {
    const message = slackMessage(outboxNotice({ name: '<!channel> & <https://evil.example|Acme>' }))
    const all = JSON.stringify(message)
    expect(all).not.toMatch(/<!|<https/)
    expect(message.text).toContain('&lt;!channel&gt; &amp; ')
  })

  it('fits what Slack takes in a section, however long the reason', () => {
    const section = sectionOf(slackMessage(outboxNotice({ reason: '&'.repeat(5_000) })))
    expect(section?.text.text.length).toBeLessThanOrEqual(3_000)
    expect(section?.text.text).toContain('Acme')
  })

  it.each(['x', '&', '😀'])('and however long the name, of %s: move and reason are seen', character => {
    const notice = outboxNotice(
      { name: character.repeat(3_000), reason: 'for a reason' },
      {},
      'https://oql.example',
    )
    const section = sectionOf(slackMessage(notice))
    expect(section?.text.text.length).toBeLessThanOrEqual(3_000)
    expect(section?.text.text).toMatch(/….*acme\.com.*Investigation → Experimentation.*\nfor a reason$/)
    expect(section?.text.text.isWellFormed()).toBe(true)
    expect(slackMessage(notice).text.length).toBeLessThan(3_000)
  })
})

it('a digest tells how many moved, from where to where, and the best of them', () => {
  const message = slackDigest({
    id: 'digest',
    about: 'stage',
    notices: 1_200,
    moves: [
      { from: null, to: 'interest', notices: 1_150 },
      { from: 'investigation', to: 'experimentation', notices: 50 },
    ],
    best: [outboxNotice()],
  })
  expect(sectionOf(message)?.text.text.split('\n')).toEqual([
    '*1200 accounts moved to another stage*',
    '• new → Interest: 1150',
    '• Investigation → Experimentation: 50',
    '• *Acme (acme.com)*: Investigation → Experimentation, score 52',
    '… and 1199 more',
  ])
})
