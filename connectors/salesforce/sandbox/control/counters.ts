/** One request, as counters and faults see it. */
export interface Request {
  method: string
  /** Without the query. */
  path: string
  kind: 'read' | 'write' | 'token'
}

export interface Counts {
  /** Requests that arrived, whatever became of them; token calls are not among them. */
  total: number
  read: number
  write: number
  token: number
  /** `PATCH /services/data/v68.0/composite/sobjects` → requests. Ids and values of external ids stand as `{id}`. */
  byCall: Record<string, number>
  /** `200` → answers; `none` where the socket was closed without one. */
  byStatus: Record<string, number>
  records: {
    created: number
    updated: number
    /** Updates in which no value differed from what was there. */
    unchanged: number
    deleted: number
  }
}

type WriteKind = keyof Counts['records']

export interface Counters {
  arrived(request: Request): void
  answered(status: number | 'none'): void
  written(kind: WriteKind): void
  counts(): Counts
  reset(): void
}

/** POST that only reads: records by id, and queries as jobs. */
const READING_POST = /\/composite\/sobjects\/[^/]+$|\/jobs\/query$/
const TOKEN_PATH = /^\/services\/oauth2\//
export const SOAP_PATH = /^\/services\/Soap\/m\//

/** `soapBody` tells what a SOAP call is for. */
export function requestOf(method: string, path: string, soapBody: string): Request {
  if (TOKEN_PATH.test(path)) return { method, path, kind: 'token' }
  const reads =
    method === 'GET' ||
    method === 'HEAD' ||
    (method === 'POST' && READING_POST.test(path)) ||
    (SOAP_PATH.test(path) && /<(read|list|describe)Metadata[ >]/.test(soapBody))
  return { method, path, kind: reads ? 'read' : 'write' }
}

export function createCounters(): Counters {
  let counts = nothing()
  return {
    arrived: request => {
      if (request.kind !== 'token') counts.total++
      counts[request.kind]++
      const call = `${request.method} ${generalised(request.path)}`
      counts.byCall[call] = (counts.byCall[call] ?? 0) + 1
    },
    answered: status => {
      counts.byStatus[status] = (counts.byStatus[status] ?? 0) + 1
    },
    written: kind => {
      counts.records[kind]++
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
  token: 0,
  byCall: {},
  byStatus: {},
  records: { created: 0, updated: 0, unchanged: 0, deleted: 0 },
})

/** The path without what differs from record to record, so that like calls count together. */
function generalised(path: string): string {
  return path
    .replace(/(\/query)\/01g[^/]+$/, '$1/{locator}')
    .replace(/(?<!\/composite)(\/sobjects\/[^/]+\/[^/]+__c)\/.+$/, '$1/{id}')
    .replace(/\/(?=[^/]*\d)[0-9A-Za-z]{15}(?:[0-9A-Z]{3})?(?=\/|$)/gi, '/{id}')
}
