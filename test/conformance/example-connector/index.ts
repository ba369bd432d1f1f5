import { z } from 'zod'
import type { ConnectorV1 } from '../../../src/contract/index.ts'
import { capabilities } from './capabilities.ts'
import { openSession } from './session.ts'

const config = z.strictObject({
  url: z.url(),
  token: z.string().min(1).meta({ secret: true }),
})

export default {
  contract: 'v1',
  id: 'example',
  config,
  capabilities,
  open: async ({ url, token }) => openSession(url, token),
} satisfies ConnectorV1<z.infer<typeof config>>
