import { Request } from '@hubspot/api-client/lib/src/services/http/Request.js'
import type { Config } from '../config.ts'
import type { Wire } from './transport.ts'

/** One request, as the SDK's `apiRequest()` takes it. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  query?: Readonly<Record<string, string>>
  body?: unknown
}

/**
 * The SDK's requests without its sending. It has methods for no dated version, so what its `apiRequest()` makes is made
 * here: url, authorization, headers, body. `apiRequest()` itself sends with neither deadline nor signal, follows
 * redirects, and shares its retries with every other client of the process.
 */
export function createRequests(config: Config): (request: ApiRequest) => Wire {
  const basePath = config.base_url.replace(/\/+$/, '')
  return ({ method, path, query, body }) => {
    const made = new Request(
      { accessToken: config.token, basePath },
      {
        method,
        path,
        headers: { Accept: 'application/json', 'User-agent': 'oql-sync' },
        ...(query === undefined ? {} : { qs: query }),
        ...(body === undefined ? {} : { body }),
      },
    )
    return { ...made.getSendData(), method, url: made.getUrl().href }
  }
}
