import { z } from 'zod'
import { DIRECTIONS, RISKS, STAGES, TRENDS } from '../../domain/stage.ts'

const time = () => z.iso.datetime().describe('ISO 8601 in UTC, to the second.')
const stage = () => z.enum(STAGES)
const risk = () => z.enum(RISKS)

/** What is known of the account at the moment of its change. */
const account = () => ({
  domain: z.string().describe("The company's registrable domain: its key."),
  name: z.string().nullable(),
  score: z.number(),
  points: z.number(),
  stage: stage(),
  stageLabel: z.string(),
  stageSince: time(),
  previousStage: stage().nullable(),
  risk: risk().nullable().describe('Null: none.'),
  trend: z.enum(TRENDS).nullable(),
  reason: z.string().describe('Why the account stands where it stands, in one sentence.'),
  firstSeen: time(),
  lastSeen: time(),
  signals30: z.int(),
  actors30: z.int(),
  topArtifacts: z.string().nullable().describe('Most used first, joined by commas.'),
  country: z.string().nullable(),
  model: z.string().describe("The scoring model's name."),
  consoleUrl: z.string().nullable(),
})

const stageChanged = z.object({
  type: z.literal('oql.stage_changed'),
  timestamp: time().describe('The moment of the change.'),
  data: z.object({
    ...account(),
    from: stage().nullable().describe('Null: the account is new.'),
    to: stage(),
    direction: z.enum(DIRECTIONS),
  }),
})

const riskChanged = z.object({
  type: z.literal('oql.risk_changed'),
  timestamp: time().describe('The moment of the change.'),
  data: z.object({
    ...account(),
    from: risk().nullable().describe('Null: no risk.'),
    to: risk().nullable().describe('Null: no risk any more.'),
    direction: z.null(),
  }),
})

/** The body of a webhook (Standard Webhooks). Later versions may add to it, and take nothing away. */
export const webhookBody = z.discriminatedUnion('type', [stageChanged, riskChanged])
export type WebhookBody = z.infer<typeof webhookBody>
