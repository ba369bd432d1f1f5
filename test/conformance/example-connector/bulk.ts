import { z } from 'zod'
import type { Bulk } from '../../../src/contract/index.ts'
import type { Client } from './client.ts'
import { resultsOf, rowOf, rows } from './write.ts'

const opened = z.object({ id: z.string() })
const job = z.object({ state: z.enum(['empty', 'working', 'done']), rows: rows.default([]) })

/** A job is made empty, gets all of its rows in one request, and answers them in our order when it is done. */
export function createBulk(client: Client): Bulk {
  return {
    minChanges: 20,
    maxChanges: 10_000,
    open: async ({ object, creates }, call) => {
      const { id } = await client.write('/jobs', { object }, opened, call)
      return { id, object, creates }
    },
    send: async ({ id }, changes, call) => {
      await client.write(`/jobs/${id}`, { rows: changes.map(rowOf) }, z.unknown(), call)
    },
    collect: async ({ id }, sent, call) => {
      const answer = await client.get(`/jobs/${id}`, job, call)
      if (answer.state === 'empty') return 'not_sent'
      return answer.state === 'working' ? 'running' : resultsOf(sent, answer.rows)
    },
  }
}
