/** Thrown by whatever serves a request: the answer is Salesforce's array of errors. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly ApiError[]

  constructor(status: number, ...errors: readonly ApiError[]) {
    super(errors.map(error => `${error.errorCode}: ${error.message}`).join('; '))
    this.name = 'Refusal'
    this.status = status
    this.errors = errors
  }
}

export interface ApiError {
  message: string
  errorCode: string
  fields?: readonly string[]
}

export function refusal(status: number, errorCode: string, message: string): Refusal {
  return new Refusal(status, { message, errorCode })
}

export function notFound(message = 'The requested resource does not exist'): Refusal {
  return refusal(404, 'NOT_FOUND', message)
}

export function parserError(message: string): Refusal {
  return refusal(400, 'JSON_PARSER_ERROR', message)
}
