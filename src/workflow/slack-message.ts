import type { OutboxNotice } from '../domain/notice.ts'
import { STAGE_LABELS, STAGES } from '../domain/stage.ts'
import { valueIn } from '../plan/notices/template.ts'

/** The body of an incoming webhook of Slack: `text` is what phones show, `blocks` what the channel does. */
export interface SlackMessage {
  text: string
  blocks: readonly { type: 'section'; block_id?: string; text: { type: 'mrkdwn'; text: string } }[]
}

/** What one message tells of many notices. */
export interface Digest {
  /** The same while it tells of the same notices. */
  id: string
  about: OutboxNotice['about']
  notices: number
  /** `from → to`, most notices first. */
  moves: readonly { from: string | null; to: string | null; notices: number }[]
  /** The highest scores first. */
  best: readonly OutboxNotice[]
}

/** Slack takes 3,000 characters in a section. */
const MAX_SECTION_CHARACTERS = 2_900

/** One notice as one message; its id is the block's. */
export function slackMessage(notice: OutboxNotice): SlackMessage {
  const reason = valueIn(notice, 'reason')
  return message(notice.id, `${named(notice)}: ${lineOf(notice)}`, [
    `*${linked(notice)}*: ${escaped(lineOf(notice))}`,
    ...(reason === '' ? [] : [escaped(reason)]),
  ])
}

/** Many notices as one message: how many moved from where to where, and the best of them. */
export function slackDigest({ id, about, notices, moves, best }: Digest): SlackMessage {
  const head = `${notices} ${about === 'stage' ? 'accounts moved to another stage' : 'accounts changed their risk'}`
  const counts = moves.map(({ from, to, notices: some }) => `• ${escaped(moveOf(about, from, to))}: ${some}`)
  const shown = best.map(notice => `• *${linked(notice)}*: ${escaped(lineOf(notice))}`)
  const more = notices > best.length ? [`… and ${notices - best.length} more`] : []
  return message(id, head, [`*${head}*`, ...counts, ...shown, ...more])
}

function message(id: string, text: string, lines: readonly string[]): SlackMessage {
  return {
    text: escaped(text),
    blocks: [{ type: 'section', block_id: id, text: { type: 'mrkdwn', text: whole(lines) } }],
  }
}

/** As many lines as fit: one that is cut could break a link in two. */
function whole(lines: readonly string[]): string {
  let text = ''
  for (const line of lines) {
    if (text.length + line.length + 1 > MAX_SECTION_CHARACTERS) break
    text += text === '' ? line : `\n${line}`
  }
  return text
}

/** A name comes from anywhere, of any length: the move and the reason stand behind it, and have to be seen. */
const MAX_NAME_CHARACTERS = 150

const named = (notice: OutboxNotice): string => {
  const name = shortened(valueIn(notice, 'name'))
  return name === notice.domain ? name : `${name} (${notice.domain})`
}

/** Never between the two halves of one character. */
const shortened = (name: string): string =>
  name.length <= MAX_NAME_CHARACTERS
    ? name
    : `${name.slice(0, MAX_NAME_CHARACTERS - 1).replace(/[\uD800-\uDBFF]$/, '')}…`

function linked(notice: OutboxNotice): string {
  const url = valueIn(notice, 'console_url')
  return url === '' ? escaped(named(notice)) : `<${escaped(url)}|${escaped(named(notice))}>`
}

const lineOf = (notice: OutboxNotice): string =>
  `${moveOf(notice.about, notice.from, notice.to)}, score ${valueIn(notice, 'score')}`

function moveOf(about: OutboxNotice['about'], from: string | null, to: string | null): string {
  if (about === 'risk') return `risk ${from ?? 'none'} → ${to ?? 'none'}`
  return `${from === null ? 'new' : labelOf(from)} → ${labelOf(to)}`
}

function labelOf(stage: string | null): string {
  const known = STAGES.find(one => one === stage)
  return known === undefined ? String(stage) : STAGE_LABELS[known]
}

/** What Slack asks to be escaped in texts; names come from anywhere. */
const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
