import type { Failure } from '../../contract/records.ts'

/** What is kept of the CRM's refusal. */
export const refusal = ({ message, code, field, trace }: Failure) => ({
  reason: message,
  code: code ?? null,
  field: field ?? null,
  trace: trace ?? null,
})
