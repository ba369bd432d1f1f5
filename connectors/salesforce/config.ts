import { z } from 'zod'
import { NEWEST_API_VERSION, OLDEST_API_VERSION } from './http/version.ts'

export type Auth =
  | { type: 'client_credentials'; client_id: string; client_secret: string }
  | { type: 'jwt'; client_id: string; username: string; private_key: string }
  | { type: 'refresh_token'; client_id: string; client_secret: string; refresh_token: string }

export interface Config {
  login_url: string
  api_version: string
  auth: Auth
  auto_assign: boolean
  duplicate_rule_allow_save: boolean
  bulk_threshold: number
  closed_lead_statuses: readonly string[]
}

const text = () => z.string().trim().min(1)
const secret = () => text().meta({ secret: true })

const auth = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('client_credentials'),
    client_id: text().describe('Consumer key of the external client app'),
    client_secret: secret().describe('Its consumer secret'),
  }),
  z.strictObject({
    type: z.literal('jwt'),
    client_id: text().describe('Consumer key of the external client app'),
    username: text().describe('The integration user, who must be pre-authorized for the app'),
    private_key: secret().describe('PEM of the key whose certificate the app has: taken from a file'),
  }),
  z.strictObject({
    type: z.literal('refresh_token'),
    client_id: text().describe('Consumer key of the external client app'),
    client_secret: secret().describe('Its consumer secret'),
    refresh_token: secret().describe('Must not rotate: a new one would be lost at the end of the run'),
  }),
])

export const config: z.ZodType<Config> = z.strictObject({
  login_url: z
    .url({ protocol: /^https?$/ })
    .describe('The org itself, https://NAME.my.salesforce.com: client credentials work at no other address'),
  api_version: z
    .string()
    .regex(/^\d{2,3}\.0$/, `must be like "${NEWEST_API_VERSION}", in quotes`)
    .refine(
      version => Number(version) >= Number(OLDEST_API_VERSION),
      `must be ${OLDEST_API_VERSION} or newer`,
    )
    .default(NEWEST_API_VERSION)
    .describe("Version of the REST and metadata API; the org's newest in its place where that is older"),
  auth,
  auto_assign: z
    .boolean()
    .default(false)
    .describe("Let the org's assignment rules choose owners of what we write; off, owners stay"),
  duplicate_rule_allow_save: z
    .boolean()
    .default(true)
    .describe('Save past duplicate rules that only alert; those that block still block'),
  bulk_threshold: z
    .int()
    .min(1)
    .default(2_000)
    .describe('From so many changes of one kind on, one bulk job instead of batches of 200'),
  closed_lead_statuses: z
    .array(text())
    .default(['Closed - Not Converted', 'Closed - Converted', 'Unqualified', 'Disqualified'])
    .describe('Values of Lead Status that end a lead: Salesforce itself knows only converted ones'),
})
