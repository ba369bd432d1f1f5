import type { CompiledQuery, DatabaseConnection, Driver } from 'kysely'

/** What stands between us and the driver. */
export interface Guard {
  /** A statement as the database can take it. */
  prepared(query: CompiledQuery): CompiledQuery
  /** First thing in each transaction. Throws where this connection may not write; the transaction is then undone. */
  onBegin(connection: DatabaseConnection): Promise<void>
  /** What is thrown in place of an error of the driver. */
  explained(error: unknown): Promise<unknown>
}

interface Session {
  inner: DatabaseConnection
  inTransaction: boolean
}

/**
 * A driver whose every write is in a transaction that the guard has passed: one that stands alone is given its own. It
 * is the one place that every statement comes through, so no repository can forget it.
 */
export function guardedDriver(inner: Driver, guard: Guard): Driver {
  const sessions = new WeakMap<DatabaseConnection, Session>()
  const guarded = new WeakMap<DatabaseConnection, DatabaseConnection>()
  const sessionOf = (connection: DatabaseConnection): Session => {
    const session = sessions.get(connection)
    if (session === undefined) throw new Error('This connection is of another driver')
    return session
  }
  const explaining = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw await guard.explained(error)
    }
  }

  const begin = async (session: Session, settings: Parameters<Driver['beginTransaction']>[1]) => {
    await inner.beginTransaction(session.inner, settings)
    session.inTransaction = true
    try {
      await guard.onBegin(session.inner)
    } catch (error) {
      await rollback(session)
      throw error
    }
  }
  const commit = async (session: Session) => {
    await inner.commitTransaction(session.inner)
    session.inTransaction = false
  }
  const rollback = async (session: Session) => {
    session.inTransaction = false
    try {
      await inner.rollbackTransaction(session.inner)
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

  const guardConnection = (connection: DatabaseConnection): DatabaseConnection => {
    const known = guarded.get(connection)
    if (known !== undefined) return known
    const session: Session = { inner: connection, inTransaction: false }
    const wrapped: DatabaseConnection = {
      executeQuery: query =>
        explaining(() => {
          const execute = () => connection.executeQuery<never>(guard.prepared(query))
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
      explaining(async () => guardConnection(await inner.acquireConnection(options))),
    beginTransaction: (connection, settings) => explaining(() => begin(sessionOf(connection), settings)),
    commitTransaction: connection => explaining(() => commit(sessionOf(connection))),
    rollbackTransaction: connection => rollback(sessionOf(connection)),
    releaseConnection: connection => inner.releaseConnection(sessionOf(connection).inner),
    destroy: () => inner.destroy(),
  }
}

const isRead = ({ query }: CompiledQuery): boolean => query.kind === 'SelectQueryNode'
