import type { Bulk, Call, Change, Result, Session, Ticket } from '../contract/index.ts'

/** A stand-in that is not done after so many questions never will be. */
const MAX_POLLS = 50

/**
 * What became of a job, asked until it is no longer running.
 * @param ask whom to ask each time: another process may, after a kill
 */
export async function collected(
  ask: () => Bulk | Promise<Bulk>,
  ticket: Ticket,
  sent: readonly Change[],
  call: Call,
): Promise<Result[] | 'not_sent'> {
  for (let poll = 0; poll < MAX_POLLS; poll++) {
    const answer = await (await ask()).collect(ticket, sent, call)
    if (answer !== 'running') return answer
  }
  throw new Error(`the job was still running when asked the ${MAX_POLLS}th time`)
}

/** As the state gives it back after a kill. */
export const restored = (ticket: Ticket): Ticket => JSON.parse(JSON.stringify(ticket))

export function bulkOf(session: Session): Bulk {
  if (session.bulk === undefined) throw new Error('the harness says bulk, and the session has none')
  return session.bulk
}
