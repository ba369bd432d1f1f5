import type { StoredRecord } from '../portal/stored-record.ts'

/** One request, as counters and faults see it. */
export interface Request {
  method: string
  /** Without the query. */
  path: string
  kind: 'read' | 'write'
}

export interface Counts {
  /** Requests that arrived, whatever became of them. */
  total: number
  read: number
  write: number
  /** Among the reads. */
  search: number
  /** `POST /crm/objects/2026-09/companies/batch/update` → requests. Ids of records stand as `{id}`. */
  byCall: Record<string, number>
  /** `200` → answers; `none` where the socket was closed without one. */
  byStatus: Record<string, number>
  /** Records that were made, by object: `leads` → 3. */
  created: Record<string, number>
  records: {
    created: number
    updated: number
    /** Updates in which no value differed from what was there. */
    unchanged: number
  }
}

export interface Counters {
  arrived(request: Request): void
  answered(status: number | 'none'): void
  written(object: string, before: StoredRecord | null, after: StoredRecord): void
  counts(): Counts
  reset(): void
}

/** POST that only reads: searches, batch reads, what a token may do. */
const READING_POST = /\/(search|batch\/read|access-token-info)$/
const SEARCH = /\/search$/

export function requestOf(method: string, path: string): Request {
  const reads = method === 'GET' || method === 'HEAD' || (method === 'POST' && READING_POST.test(path))
  return { method, path, kind: reads ? 'read' : 'write' }
}

export function isSearch({ method, path }: Request): boolean {
  return method === 'POST' && SEARCH.test(path)
}

export function createCounters(): Counters {
  let counts = nothing()
  return {
    arrived: request => {
      counts.total++
      counts[request.kind]++
      if (isSearch(request)) counts.search++
      const call = `${request.method} ${request.path.replace(/\/\d+(?=\/|$)/g, '/{id}')}`
      counts.byCall[call] = (counts.byCall[call] ?? 0) + 1
    },
    answered: status => {
      counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1
    },
    written: (object, before, after) => {
      if (before === null) {
        counts.records.created++
        counts.created[object] = (counts.created[object] ?? 0) + 1
      } else if (before.edits === after.edits) counts.records.unchanged++
      else counts.records.updated++
    },
    counts: () => structuredClone(counts),
    reset: () => {
      counts = nothing()
    },
  }
}

const nothing = (): Counts => ({
  total: 0,
  read: 0,
  write: 0,
  search: 0,
  byCall: {},
  byStatus: {},
  created: {},
  records: { created: 0, updated: 0, unchanged: 0 },
})
