import { z } from 'zod'
import { type Call, type ConnectorV1, RequestFailed, type Session } from '../../../../src/contract/index.ts'
import reference from '../../../reference-connector/index.ts'

const config = z.strictObject({ url: z.string() })

/**
 * A connector to a reference CRM that lives in another process, behind HTTP: what it made outlives the process that is
 * killed.
 */
export default {
  contract: 'v1',
  id: 'remote',
  config,
  capabilities: reference.capabilities,
  open: async ({ url }) => remoteSession(url),
} satisfies ConnectorV1<z.infer<typeof config>>

function remoteSession(url: string): Session {
  const ask = async <T>(
    what: string,
    given: readonly unknown[],
    call: Call,
    kind: 'read' | 'write',
  ): Promise<T> =>
    call.request({ kind }, async signal => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify({ what, given }),
        signal,
      }).catch((error: unknown) => {
        throw new RequestFailed({ kind: 'unknown_outcome', message: 'no answer' }, { cause: error })
      })
      const revived: T = JSON.parse(await response.text(), (name, value) =>
        name === 'createdAt' && value !== null ? new Date(value) : value,
      )
      return revived
    })
  return {
    limits: { maxBatch: 10, maxConcurrent: 1 },
    account: async () => ({ id: 'remote', name: 'Remote CRM' }),
    check: async () => ({ identity: 'remote', problems: [], warnings: [] }),
    describe: (object, call) => ask('describe', [object], call, 'read'),
    ensureSchema: async () => [],
    estimate: (query, call) => ask('estimate', [query], call, 'read'),
    async *read(query, fields, call) {
      yield* await ask<never[]>('read', [query, fields], call, 'read')
    },
    write: (batch, call) => ask('write', [batch], call, 'write'),
    notify: (notices, call) => ask('notify', [notices], call, 'write'),
    close: async () => undefined,
  }
}
