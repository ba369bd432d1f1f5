import type { Failure } from './records.ts'

/** One request failed; another one may not. Thrown from `call.request` and from reads. */
export class RequestFailed extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'RequestFailed'
    this.failure = failure
  }
}

/**
 * The session can't go on.
 * `auth`: not let in. `config`: the connector's config is wrong. `quota`: the day's calls are used up. `bug`: the
 * CRM answered what it never should, or we asked what we never should.
 */
export type Fault = 'auth' | 'config' | 'quota' | 'bug'

export class SessionFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SessionFault'
    this.fault = fault
  }
}
