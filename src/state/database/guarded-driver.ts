import type { CompiledQuery, DatabaseConnection, Driver } from 'kysely'

/** What stands between us and the driver. */
export interface Guard {
  /** A statement as the database can take it. */
  prepared(query: CompiledQuery): CompiledQuery
  /** Sees to it that a question to the database ends. */
  within<T>(question: () => Promise<T>): Promise<T>
  /** First thing in each transaction. Throws where this connection may not write; the transaction is then undone. */
  onBegin(connection: DatabaseConnection): Promise<void>
  /** What is thrown in place of an error of the driver. */
  explained(error: unknown): Promise<unknown>
  /** Last of all. */
  onEnd(): void
}

interface Session {
  inner: DatabaseConnection
  inTransaction: boolean
  /** Lets the next one have the connection. */
  giveUp(): void
}

/**
 * A driver whose every write is in a transaction that the guard has passed: one that stands alone is given its own. It
 * is the one place that every statement comes through, so no repository can forget it. Who wants the only connection while
 * it is taken waits, however long: the driver's own wait ends as if the server were away.
 */
export function guardedDriver(inner: Driver, guard: Guard): Driver {
  const sessions = new WeakMap<DatabaseConnection, Session>()
  const guarded = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const sessionOf = (connection: DatabaseConnection): Session => {
    const session = sessions.get(connection)
    if (session === undefined) throw new Error('This connection is of another driver')
    return session
  }
  let free: Promise<void> = Promise.resolve()
  /** Waits for the connection. */
  const turn = async (): Promise<() => void> => {
    const before = free
    const mine = Promise.withResolvers<void>()
    free = mine.promise
    await before
    return mine.resolve
  }
  const explaining = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw await guard.explained(error)
    }
  }

  const begin = async (session: Session, settings: Parameters<Driver['beginTransaction']>[1]) => {
    await guard.within(() => inner.beginTransaction(session.inner, settings))
    session.inTransaction = true
    try {
      await guard.within(() => guard.onBegin(session.inner))
    } catch (error) {
      await rollback(session)
      throw error
    }
  }
  const commit = async (session: Session) => {
    await guard.within(() => inner.commitTransaction(session.inner))
    session.inTransaction = false
  }
  const rollback = async (session: Session) => {
    session.inTransaction = false
    try {
      await guard.within(() => inner.rollbackTransaction(session.inner))
    } catch {
      // The connection is gone, and its transaction with it; the error that led here says why.
    }
  }
  const alone = async <T>(session: Session, write: () => Promise<T>): Promise<T> => {
    await begin(session, {})
    try {
      const result = await write()
      await commit(session)
      return result
    } catch (error) {
      await rollback(session)
      throw error
    }
  }

  const guardConnection = (connection: DatabaseConnection, giveUp: () => void): DatabaseConnection => {
    const known = guarded.get(connection)
    if (known !== undefined) {
      sessionOf(known).giveUp = giveUp
      return known
    }
    const session: Session = { inner: connection, inTransaction: false, giveUp }
    const wrapped: DatabaseConnection = {
      executeQuery: query =>
        explaining(() => {
          const execute = () => guard.within(() => connection.executeQuery<never>(guard.prepared(query)))
          return session.inTransaction || isRead(query) ? execute() : alone(session, execute)
        }),
      streamQuery: () => {
        throw new Error('The state is read by pages: an open cursor would hold its only connection')
      },
    }
    sessions.set(wrapped, session)
    guarded.set(connection, wrapped)
    return wrapped
  }

  return {
    init: options => inner.init(options),
    acquireConnection: options =>
      explaining(async () => {
        const giveUp = await turn()
        try {
          return guardConnection(await guard.within(() => inner.acquireConnection(options)), giveUp)
        } catch (error) {
          giveUp()
          throw error
        }
      }),
    beginTransaction: (connection, settings) => explaining(() => begin(sessionOf(connection), settings)),
    commitTransaction: connection => explaining(() => commit(sessionOf(connection))),
    rollbackTransaction: connection => rollback(sessionOf(connection)),
    async releaseConnection(connection) {
      const session = sessionOf(connection)
      await inner.releaseConnection(session.inner)
      session.giveUp()
    },
    async destroy() {
      await inner.destroy()
      guard.onEnd()
    },
  }
}

const isRead = ({ query }: CompiledQuery): boolean => query.kind === 'SelectQueryNode'
