import type { Refusal } from './refusal.ts'

/** Salesforce's error body: an array, even of one. */
export function errorResponse({ status, errors }: Refusal): Response {
  return new Response(JSON.stringify(errors), {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
  })
}
