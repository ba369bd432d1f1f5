import { z } from 'zod'
import { text } from './quantities.ts'

/** A user of the CRM, by id. Quotes may be left out. */
export const ownerId = () => z.union([text(), z.int().min(0).transform(String)])

/** Who gets a task or a lead. */
export const ownerChoice = () => ({
  owner: z
    .literal('record', {
      error: 'must be "record" (who owns the record); a fixed owner goes to fallback_owner',
    })
    .nullable()
    .default(null),
  fallback_owner: ownerId()
    .nullable()
    .default(null)
    .describe('Where the record has no owner, or one who left.'),
})
