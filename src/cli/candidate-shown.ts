import type { Ambiguity } from '../state/matching.ts'

type Candidate = Ambiguity['candidates'][number]

/**
 * A record that may be an account's, as `links --json` has it: `name` in every CRM, beside the CRM's own fields.
 * Connectors tell candidates apart by their name first, whatever their CRM calls it.
 */
export function candidateShown({ remoteId, ...fields }: Candidate) {
  const [name = null] = Object.values(fields)
  return { remoteId, name, ...fields }
}
