export { type ConformanceCheck, checksOf, conformance, type Register } from './conformance.ts'
export type {
  Awaitable,
  ContactsBehind,
  Crm,
  Harness,
  LeadsBehind,
  SeenRecord,
  Subject,
  Telling,
} from './harness.ts'
