import { EXIT, UserError } from '../../domain/errors.ts'

/** Another process took the lease over: what this one would still write is refused, and what is recorded stays. */
export class LeaseLost extends UserError {
  constructor(place: string, cause?: unknown) {
    super(`This run lost the lease of the state ${place}: it was not heard of for too long`, {
      exitCode: EXIT.leaseHeld,
      hint: 'Nothing is lost: the run that holds it now, or the next one, goes on from what is recorded',
      cause,
    })
    this.name = 'LeaseLost'
  }
}
