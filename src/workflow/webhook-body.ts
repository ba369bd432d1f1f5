import type { WebhookBody } from '../config/schema/webhook-schema.ts'
import type { OutboxNotice } from '../domain/notice.ts'
import { DIRECTIONS, RISKS, STAGES, TRENDS } from '../domain/stage.ts'
import { isoSecond } from '../plan/values/mappable-values.ts'

/** What a webhook tells of a notice: the same at each attempt. */
export function webhookBodyOf(notice: OutboxNotice): WebhookBody {
  const timestamp = isoSecond(notice.at)
  const account = accountOf(notice)
  if (notice.about === 'risk') {
    const data = { ...account, from: risk(notice.from), to: risk(notice.to), direction: null }
    return { type: 'oql.risk_changed', timestamp, data }
  }
  const from = oneOf(STAGES, notice.from)
  const to = oneOf(STAGES, notice.to) ?? account.stage
  const direction = oneOf(DIRECTIONS, notice.direction) ?? 'first'
  return { type: 'oql.stage_changed', timestamp, data: { ...account, from, to, direction } }
}

function accountOf({ domain, content }: OutboxNotice) {
  const text = (name: string): string | null => (content[name] == null ? null : String(content[name]))
  const words = (name: string): string => text(name) ?? ''
  const number = (name: string): number => Number(content[name] ?? 0)
  return {
    domain,
    name: text('name'),
    score: number('score'),
    points: number('points'),
    stage: oneOf(STAGES, text('stage')) ?? 'interest',
    stageLabel: words('stage_label'),
    stageSince: words('stage_since'),
    previousStage: oneOf(STAGES, text('previous_stage')),
    risk: risk(text('risk')),
    trend: oneOf(TRENDS, text('trend')),
    reason: words('reason'),
    firstSeen: words('first_seen'),
    lastSeen: words('last_seen'),
    signals30: number('signals_30'),
    actors30: number('actors_30'),
    topArtifacts: text('top_artifacts'),
    country: text('country'),
    model: words('model'),
    consoleUrl: text('console_url'),
  }
}

const risk = (value: string | null) => oneOf(RISKS, value)

const oneOf = <T extends string>(options: readonly T[], value: string | null): T | null =>
  options.find(option => option === value) ?? null
