/** Thrown by whatever serves a request: the answer is HubSpot's error body, with a correlation id. */
export class Refusal extends Error {
  readonly status: number
  readonly body: ErrorBody
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, body: ErrorBody, headers: Readonly<Record<string, string>> = {}) {
    super(body.message)
    this.name = 'Refusal'
    this.status = status
    this.body = body
    this.headers = headers
  }
}

export interface ErrorBody {
  message: string
  category?: string
  subCategory?: string
  errorType?: string
  policyName?: string
  errors?: readonly ErrorDetail[]
  context?: Readonly<Record<string, readonly string[]>>
}

interface ErrorDetail {
  message: string
  code?: string
  context?: Readonly<Record<string, readonly string[]>>
}

export function badRequest(message: string, more: Omit<ErrorBody, 'message'> = {}): Refusal {
  return new Refusal(400, { message, category: 'VALIDATION_ERROR', ...more })
}

export function notFound(): Refusal {
  return new Refusal(404, { message: 'resource not found', category: 'OBJECT_NOT_FOUND' })
}

export function conflict(message: string): Refusal {
  return new Refusal(409, { message, category: 'CONFLICT' })
}
