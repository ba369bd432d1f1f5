export { type ConformanceCheck, checksOf, conformance, type Register } from './conformance.ts'
export type { Awaitable, Crm, Harness, SeenRecord, Subject } from './harness.ts'
