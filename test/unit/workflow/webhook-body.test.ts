import { expect, it } from 'vitest'
import { webhookBody } from '../../../src/config/schema/webhook-schema.ts'
import { webhookBodyOf } from '../../../src/workflow/webhook-body.ts'
import { outboxNotice } from './outbox-notice.ts'

it('a stage change tells who moved, from where to where, and why', () => {
  const body = webhookBodyOf(outboxNotice({ risk: 'medium', name: null }))
  expect(webhookBody.parse(body)).toEqual(body)
  expect(body).toMatchObject({
    type: 'oql.stage_changed',
    timestamp: '2026-11-24T06:00:00Z',
    data: {
      domain: 'acme.com',
      name: null,
      from: 'investigation',
      to: 'experimentation',
      direction: 'up',
      score: 52,
      reason: '52 points',
      stageSince: '2026-10-25T06:00:00Z',
      risk: 'medium',
      topArtifacts: 'server,cli',
    },
  })
})

it('a new account moves from nothing', () => {
  const body = webhookBodyOf(outboxNotice({}, { from: null, direction: 'first' }))
  expect(webhookBody.parse(body)).toMatchObject({ data: { from: null, direction: 'first' } })
})

it('a risk change has no direction', () => {
  const body = webhookBodyOf(outboxNotice({ risk: 'high' }, { about: 'risk' }))
  expect(webhookBody.parse(body)).toEqual(body)
  expect(body).toMatchObject({ type: 'oql.risk_changed', data: { from: null, to: 'high', direction: null } })
})
