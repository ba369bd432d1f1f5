import { Socket } from 'node:net'

/** Nothing came back in time: a network that drops packets says no word. */
export class NoAnswer extends Error {
  constructor(limitMs: number, options?: ErrorOptions) {
    super(`no answer within ${limitMs / 1_000} s`, options)
    this.name = 'NoAnswer'
  }
}

/** The sockets of one pool. */
export interface Lines {
  /** A new one, for the driver. */
  stream(): Socket
  /**
   * Asks something. Where no answer comes in time, or the lease is lost meanwhile, the connection is ended, and the
   * question with it: else it would be waited for until the operating system gives up, which may be never.
   * @throws NoAnswer; the reason that the lease was lost for; whatever `question` throws
   */
  within<T>(question: () => Promise<T>): Promise<T>
  /** Ends what was not ended in good order. */
  cut(): void
}

/** @param lost of the lease that is held, where there is one */
export function openLines(limitMs: number, lost: AbortSignal | null): Lines {
  const open = new Set<Socket>()
  const cut = (): void => {
    for (const socket of open) socket.destroy()
  }
  // A transaction that is open ends with its connection.
  lost?.addEventListener('abort', cut, { once: true })
  return {
    stream() {
      const socket = new Socket()
      open.add(socket)
      socket.once('close', () => open.delete(socket))
      return socket
    },
    async within(question) {
      lost?.throwIfAborted()
      let isLate = false
      const timer = setTimeout(() => {
        isLate = true
        cut()
      }, limitMs)
      try {
        return await question()
      } catch (error) {
        lost?.throwIfAborted()
        throw isLate ? new NoAnswer(limitMs, { cause: error }) : error
      } finally {
        clearTimeout(timer)
      }
    },
    cut,
  }
}
