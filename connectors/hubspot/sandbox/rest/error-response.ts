import { randomUUID } from 'node:crypto'
import type { Refusal } from './refusal.ts'

/** HubSpot's error body. Each has a correlation id, which is what its support asks for. */
export function errorResponse({ status, body, headers }: Refusal): Response {
  const correlationId = randomUUID()
  return new Response(JSON.stringify({ status: 'error', ...body, correlationId }), {
    status,
    headers: {
      'content-type': 'application/json;charset=utf-8',
      'x-hubspot-correlation-id': correlationId,
      ...headers,
    },
  })
}
