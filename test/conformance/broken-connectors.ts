import { z } from 'zod'
import {
  type Bulk,
  type Call,
  type Change,
  type ConnectorV1,
  type Failure,
  type Fields,
  type RemoteLead,
  RequestFailed,
  type Result,
  type Session,
  SessionFault,
} from '../../src/contract/index.ts'
import example from './example-connector/index.ts'
import { sessionOf } from './example-crm/serve.ts'

/** The example connector with one promise broken. */
export interface Broken {
  /** The check that must catch it, and the only one. */
  check: string
  how: string
  connector: ConnectorV1<Config>
}

type Config = z.infer<typeof example.config>
type Around = (session: Session, config: Config) => Partial<Session>

/** Breaks the session that the example opens. */
const session = (check: string, how: string, around: Around): Broken => ({
  check,
  how,
  connector: {
    ...example,
    open: async config => {
      const sound = await example.open(config)
      return { ...sound, ...around(sound, config) }
    },
  },
})

const connector = (check: string, how: string, over: Partial<ConnectorV1<Config>>): Broken => ({
  check,
  how,
  connector: { ...example, ...over },
})

/** Breaks the results of `write`. */
const results = (
  check: string,
  how: string,
  spoil: (results: Result[], batch: readonly Change[]) => Result[],
) =>
  session(check, how, ({ write }) => ({
    write: async (batch, call) => spoil(await write(batch, call), batch),
  }))

/** Breaks what some failures of records say. */
const failures = (check: string, how: string, spoil: (failure: Failure) => Failure) =>
  results(check, how, list =>
    list.map(one => (one.status === 'failed' ? { ...one, failure: spoil(one.failure) } : one)),
  )

/** Refuses a whole batch where the CRM refused one of it, in so many requests. */
const refusingAll = (check: string, how: string, inSuch: (requests: number) => boolean) =>
  session(check, how, ({ write }) => ({
    write: async (batch, call) => {
      let requests = 0
      const counting: Call['request'] = (what, send) => {
        requests++
        return call.request(what, send)
      }
      const list = await write(batch, { ...call, request: counting })
      const bad = list.find(one => one.status === 'failed' && one.failure.kind === 'invalid')
      if (!inSuch(requests) || bad?.status !== 'failed') return list
      return list.map(({ key }) => ({ key, status: 'failed', failure: bad.failure }))
    },
  }))

/** Takes what is a duplicate among these records for invalid. */
const takenAsInvalid = (check: string, how: string, object: string) =>
  results(check, how, (list, [first]) =>
    list.map(one =>
      one.status === 'failed' && one.failure.kind === 'duplicate' && first?.object === object
        ? { ...one, failure: { ...one.failure, kind: 'invalid' } }
        : one,
    ),
  )

/** Breaks every call that the session makes. */
const calls = (check: string, how: string, around: (call: Call) => Call['request']) =>
  session(check, how, sound => {
    const spoilt = <C extends Call>(call: C): C => ({ ...call, request: around(call) })
    return {
      check: (intent, call) => sound.check(intent, spoilt(call)),
      describe: (object, call) => sound.describe(object, spoilt(call)),
      ensureSchema: (object, wanted, call) => sound.ensureSchema(object, wanted, spoilt(call)),
      estimate: (query, call) => sound.estimate(query, spoilt(call)),
      read: (query, fields, call) => sound.read(query, fields, spoilt(call)),
      write: (batch, call) => sound.write(batch, spoilt(call)),
    }
  })

/** Breaks what requests throw. */
const errors = (check: string, how: string, spoil: (error: unknown, kind: 'read' | 'write') => unknown) =>
  calls(check, how, call => (what, send) => {
    const spoilt = (error: unknown): never => {
      throw spoil(error, what.kind)
    }
    return call.request(what, signal => send(signal).catch(spoilt))
  })

/** Breaks what reads of one kind yield. */
const reads = (
  check: string,
  how: string,
  kind: 'all' | 'ids' | 'values' | 'changedSince',
  spoil: (records: Awaited<ReturnType<typeof listOf>>, values: readonly string[]) => typeof records,
) =>
  session(check, how, ({ read }) => ({
    async *read(query, fields, call) {
      const records = await listOf(read(query, fields, call))
      yield* kind in query ? spoil(records, 'values' in query ? query.values : []) : records
    },
  }))

const listOf = (records: ReturnType<Session['read']>) => Array.fromAsync(records)

const bulk = (check: string, how: string, around: (bulk: Bulk) => Partial<Bulk>) =>
  session(check, how, sound => {
    if (sound.bulk === undefined) throw new Error('the example has no bulk')
    return { bulk: { ...sound.bulk, ...around(sound.bulk) } }
  })

/** Breaks what a session yields of leads. */
const leads = (check: string, how: string, spoil: (leads: RemoteLead[]) => RemoteLead[]) =>
  session(check, how, sound => ({
    async *leads(asked, call) {
      yield* spoil(await Array.fromAsync(has(sound.leads)(asked, call)))
    },
  }))

/** Breaks what `notify` is handed or answers. */
const notices = (
  check: string,
  how: string,
  around: (notify: NonNullable<Session['notify']>) => NonNullable<Session['notify']>,
) => session(check, how, sound => ({ notify: around(has(sound.notify)) }))

function has<T>(method: T | undefined): T {
  if (method === undefined) throw new Error('the example lacks what is to be broken')
  return method
}

const post = async (config: Config, path: string, body: unknown) => {
  await fetch(config.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${config.token}` },
    body: JSON.stringify(body),
  })
}

const isCode = (error: unknown, code: string): error is RequestFailed =>
  error instanceof RequestFailed && error.failure.code === code

/** Of the example's CRM. */
const PAGE = 10
/** More than a page of the example's CRM, and than the checks that are about something else. */
const MANY = 20

const { contacts: _, ...withoutContacts } = example.capabilities
/** Without what stands beside the records of accounts. */
const { leads: __, ...alone } = { ...withoutContacts, notices: {} }

const texts = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => typeof value === 'string'))

const never = new AbortController().signal

export const BROKEN: readonly Broken[] = [
  connector('config-strict', 'takes any key', { config: z.looseObject(example.config.shape) }),
  connector('config-secrets', 'marks no secret', {
    config: z.strictObject({ url: z.url(), token: z.string() }),
  }),
  connector('capabilities', 'names an owner field that nobody knows', {
    capabilities: { ...example.capabilities, owner: { companies: 'nobody', leads: 'nobody' } },
  }),
  connector('open-asks-nothing', 'asks when it opens', {
    open: async config => {
      await post(config, '/find/companies', { where: {}, fields: [], from: 0 })
      return example.open(config)
    },
  }),
  session('account', 'takes its session for the account', () => {
    const id = crypto.randomUUID()
    return { account: async () => ({ id, name: `session ${id}` }) }
  }),
  session('account', 'asks each time', (sound, config) => ({
    account: async call => {
      await call.request({ kind: 'read' }, () =>
        post(config, '/find/companies', { where: {}, fields: [], from: 0 }),
      )
      return sound.account(call)
    },
  })),
  session('check', 'does not say who we are', ({ check }) => ({
    check: async (intent, call) => ({ ...(await check(intent, call)), identity: '' }),
  })),
  session('schema-dry-run', 'makes fields in a dry run', ({ ensureSchema }) => ({
    ensureSchema: (object, wanted, call) => ensureSchema(object, wanted, { ...call, dryRun: false }),
  })),
  session('schema-twice', 'makes its first field anew each time', ({ ensureSchema }) => ({
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureSchema(object, wanted, call)
      const [first] = wanted
      if (steps.length > 0 || first === undefined) return steps
      return [{ action: 'create_field', object, name: first.name, detail: 'text', done: !call.dryRun }]
    },
  })),
  session('schema-adds-only', 'forgets the conflicts', ({ ensureSchema }) => ({
    ensureSchema: async (object, wanted, call) =>
      (await ensureSchema(object, wanted, call)).filter(({ action }) => action !== 'conflict'),
  })),
  connector('schema-none', 'makes fields and says that it does not', {
    capabilities: { ...alone, schema: false },
    open: async config => {
      const { leads: _, contacts: __, notify: ___, ...rest } = await example.open(config)
      return rest
    },
  }),
  reads('read-all', 'leaves out the last', 'all', records =>
    records.length > MANY ? records.slice(1) : records,
  ),
  reads('read-ids', 'leaves out the last', 'ids', records =>
    records.length > MANY ? records.slice(1) : records,
  ),
  reads('read-by', 'minds the letter case', 'values', (records, values) =>
    records.filter(
      ({ fields }) => Object.keys(fields).length > 0 || values.some(value => value === value.toLowerCase()),
    ),
  ),
  reads('read-changed', 'yields the first page', 'changedSince', records => records.slice(0, 10)),
  session('read-fields', 'leaves out what is empty', ({ read }) => ({
    async *read(query, fields, call) {
      for await (const record of read(query, fields, call)) {
        const full = Object.entries(record.fields).filter(([, value]) => value !== null)
        yield { ...record, fields: Object.fromEntries(full) }
      }
    },
  })),
  reads('read-merged', 'does not say which id was asked for', 'ids', records =>
    records.map(({ askedId: _, ...record }) => record),
  ),
  session('estimate', 'guesses ten times too many', ({ estimate }) => ({
    estimate: async (query, call) => ({ calls: (await estimate(query, call)).calls * 10 }),
  })),
  results('one-result-per-key', 'answers the first of a full batch twice', (list, { length }) =>
    length === MANY ? [...list.slice(0, 1), ...list] : list,
  ),
  refusingAll('poisoned-record', 'fails all where one is refused', requests => requests === 1),
  refusingAll('whole-batch-refusal', 'refuses all where the CRM refuses the whole', requests => requests > 1),
  failures('ownerless-error', 'takes an error of nobody for everybody’s', failure =>
    failure.kind === 'unknown_outcome' && failure.code === 'INVALID'
      ? { ...failure, kind: 'invalid' }
      : failure,
  ),
  failures('gone-record', 'takes what is gone for invalid', failure =>
    failure.kind === 'gone' ? { ...failure, kind: 'invalid' } : failure,
  ),
  takenAsInvalid('duplicate-key', 'takes a duplicate for invalid', 'companies'),
  session('null-clears', 'leaves out what is null', ({ write }) => ({
    write: (batch, call) => write(batch.map(withoutNulls), call),
  })),
  session('values', 'rounds numbers', ({ write }) => ({
    write: (batch, call) => write(batch.map(rounded), call),
  })),
  session('inputs-unchanged', 'turns the batch around in place', ({ write }) => ({
    write: (batch, call) => {
      if (Array.isArray(batch)) batch.reverse()
      return write(batch, call)
    },
  })),
  session('lost-answer', 'takes a closed connection for a passing fault', ({ write }) => ({
    write: (batch, call) =>
      write(batch, batch[0]?.object === 'companies' ? { ...call, request: passing(call) } : call),
  })),
  session('replayed-create', 'makes a new record each time', ({ write }, config) => {
    let isFirst = true
    return {
      write: async (batch, call) => {
        const list = await write(batch, call)
        const isNew = isFirst && list.some(one => one.status === 'written')
        isFirst = false
        const [change] = batch
        if (change?.remoteId !== undefined || !isNew) return list
        await call.request({ kind: 'write' }, () =>
          post(config, '/write/companies', { rows: [{ fields: { name: 'second' } }] }),
        )
        return list
      },
    }
  }),
  connector('capabilities-beside', 'names an owner of leads that nobody knows', {
    capabilities: { ...example.capabilities, leads: { ...has(example.capabilities.leads), owner: 'nobody' } },
  }),
  connector('capabilities-beside', 'keeps people and does not say so', {
    capabilities: withoutContacts,
  }),
  leads('lead-made', 'does not say of which company our leads are', list =>
    list.map(lead => (lead.key === null ? lead : { ...lead, company: null })),
  ),
  leads('leads-of-people', 'yields the first page', list => list.slice(0, PAGE)),
  leads('leads-ended', 'takes a converted one for a closed one', list =>
    list.map(lead => (lead.state === 'converted' ? { ...lead, state: 'closed' } : lead)),
  ),
  session('lead-replayed', 'finds by their keys only those that it made itself', sound => {
    const made = new Set<string>()
    return {
      write: (batch, call) => {
        for (const { key } of batch) made.add(key)
        return sound.write(batch, call)
      },
      leads: ({ companies, keys }, call) =>
        has(sound.leads)({ companies, keys: keys.filter(key => made.has(key)) }, call),
    }
  }),
  session('contacts-by-email', 'minds the letter case of emails', ({ read }) => ({
    async *read(query, fields, call) {
      const values = 'values' in query ? query.values : []
      const isMissed = query.object === 'people' && values.some(value => value !== value.toLowerCase())
      if (!isMissed) yield* read(query, fields, call)
    },
  })),
  session('contacts-newest', 'yields whom each company had first', sound => ({
    async *contacts(companies, fields, call) {
      const seen = new Set<string>()
      for await (const contact of has(sound.contacts)(companies, fields, call)) {
        if (!seen.has(contact.company)) yield contact
        seen.add(contact.company)
      }
    },
  })),
  takenAsInvalid('contact-taken', 'takes an email that is taken for a refused one', 'people'),
  session('owners-active', 'takes who left for active', sound => ({
    activeOwners: async (ids, call) =>
      new Set([...(await has(sound.activeOwners)(ids, call)), ...ids.filter(id => id === 'bob')]),
  })),
  session('check-owners', 'does not tell who left', ({ check }) => ({
    check: async (intent, call) => ({ ...(await check(intent, call)), ownersGone: [] }),
  })),
  notices('notice-made', 'answers the first of a full batch twice', notify => async (batch, call) => {
    const list = await notify(batch, call)
    return batch.length === MANY ? [...list.slice(0, 1), ...list] : list
  }),
  notices(
    'notice-replayed',
    'does not look for what may be there',
    notify => (batch, call) =>
      notify(
        batch.map(notice => ({ ...notice, mayExist: false })),
        call,
      ),
  ),
  notices('poisoned-notice', 'fails all where one is refused', notify => async (batch, call) => {
    const list = await notify(batch, call)
    const bad = list.find(one => one.status === 'failed' && one.failure.kind === 'invalid')
    return bad === undefined ? list : list.map(({ key }) => ({ ...bad, key }))
  }),
  notices(
    'event-fields',
    'publishes texts alone',
    notify => (batch, call) =>
      notify(
        batch.map(notice => (notice.type === 'event' ? { ...notice, fields: texts(notice.fields) } : notice)),
        call,
      ),
  ),
  bulk('bulk-results', 'leaves out a result', ({ collect }) => ({
    collect: async (ticket, sent, call) => {
      const answer = await collect(ticket, sent, call)
      return typeof answer === 'string' || answer.length < MANY ? answer : answer.slice(1)
    },
  })),
  bulk('bulk-poisoned-record', 'fails all where one is refused', ({ collect }) => ({
    collect: async (ticket, sent, call) => {
      const answer = await collect(ticket, sent, call)
      if (typeof answer === 'string') return answer
      const bad = answer.find(one => one.status === 'failed')
      return bad === undefined ? answer : answer.map(({ key }) => ({ ...bad, key }))
    },
  })),
  bulk('bulk-texts-for-nothing', 'takes #N/A for nothing', ({ send }) => ({
    send: (ticket, changes, call) =>
      send(
        ticket,
        changes.map(change => ({
          ...change,
          fields: Object.fromEntries(
            Object.entries(change.fields).map(([name, value]) => [name, value === '#N/A' ? null : value]),
          ),
        })),
        call,
      ),
  })),
  bulk('bulk-killed-after-open', 'waits for a job that nobody sent', ({ collect }) => ({
    collect: async (ticket, sent, call) => {
      const answer = await collect(ticket, sent, call)
      const isFirst = !asked.has(call)
      asked.add(call)
      return answer === 'not_sent' && isFirst ? 'running' : answer
    },
  })),
  bulk('bulk-killed-sending', 'knows only what it sent itself', ({ send, collect }) => {
    const sentHere = new Set<string>()
    return {
      send: async (ticket, changes, call) => {
        await send(ticket, changes, call)
        sentHere.add(ticket.id)
      },
      collect: async (ticket, sent, call) =>
        sentHere.has(ticket.id) ? collect(ticket, sent, call) : 'not_sent',
    }
  }),
  errors('throttled', 'does not tell the time', error =>
    error instanceof RequestFailed && error.failure.kind === 'throttled'
      ? new RequestFailed({ kind: 'throttled', message: error.message })
      : error,
  ),
  errors('server-errors', 'takes a 503 to a write for a refusal', (error, kind) =>
    kind === 'write' && isCode(error, 'HTTP_503')
      ? new RequestFailed({ ...error.failure, kind: 'invalid' })
      : error,
  ),
  errors('unreadable-answer', 'throws what parsing threw', (error, kind) =>
    kind === 'read' && error instanceof RequestFailed && error.message === 'the answer can not be read'
      ? new SyntaxError('Unexpected token <')
      : error,
  ),
  session('failed-page', 'ends a read at its first failure', ({ read }) => ({
    async *read(query, fields, call) {
      let isBegun = false
      try {
        for await (const record of read(query, fields, call)) {
          isBegun = true
          yield record
        }
      } catch (error) {
        if (!isBegun) throw error
      }
    },
  })),
  errors('quota', 'takes a spent day for a busy second', error =>
    error instanceof SessionFault && error.fault === 'quota'
      ? new RequestFailed({ kind: 'throttled', message: error.message })
      : error,
  ),
  errors('auth', 'takes a closed door for a refused record', error =>
    error instanceof SessionFault && error.fault === 'auth'
      ? new RequestFailed({ kind: 'forbidden', message: error.message })
      : error,
  ),
  calls(
    'cancelled-read',
    'reads without its signal',
    call => (what, send) => call.request(what, signal => send(what.kind === 'read' ? never : signal)),
  ),
  calls(
    'cancelled-write',
    'writes without its signal',
    call => (what, send) => call.request(what, signal => send(what.kind === 'write' ? never : signal)),
  ),
  session('cancelled-before', 'says that it wrote what it could not send', ({ write }) => ({
    write: (batch, call) =>
      write(batch, call).catch(error => {
        if (!call.signal.aborted) throw error
        return batch.map(({ key }) => ({ key, status: 'written', remoteId: 'c1' }))
      }),
  })),
  session('requests-counted', 'describes past the hook', ({ describe }) => ({
    describe: (object, call) => describe(object, { ...call, request: (_what, send) => send(call.signal) }),
  })),
  session('reads-only-read', 'calls an estimate a write', ({ estimate }) => ({
    estimate: (query, call) =>
      estimate(query, { ...call, request: (_what, send) => call.request({ kind: 'write' }, send) }),
  })),
  calls(
    'no-retries',
    'tries twice',
    call => (what, send) =>
      call.request(what, signal =>
        send(signal).catch(error => {
          if (error instanceof RequestFailed && !signal.aborted) return send(signal)
          throw error
        }),
      ),
  ),
  connector('no-secret', 'logs its config', {
    open: async (config, { log }) => {
      log.debug({ config }, 'open')
      return example.open(config)
    },
  }),
  connector('told-secrets', 'does not tell of the token that it gets', {
    open: async ({ url, token }) => example.open({ url, token: sessionOf(token) }),
  }),
  session('no-secret', 'repeats the token in its errors', ({ read }, { token }) => ({
    async *read(query, fields, call) {
      try {
        yield* read(query, fields, call)
      } catch (error) {
        if (!(error instanceof RequestFailed)) throw error
        throw new RequestFailed({ ...error.failure, message: `${error.message} (Bearer ${token})` })
      }
    },
  })),
  calls(
    'requests-counted',
    'reads twice in one use',
    call => (what, send) =>
      call.request(what, async signal => {
        if (what.kind === 'read') await send(signal)
        return send(signal)
      }),
  ),
  results('one-result-per-key', 'leaves out the last of a full batch', list =>
    list.length === MANY ? list.slice(0, -1) : list,
  ),
  session('schema-twice', 'writes again what is there', ({ ensureSchema }, config) => ({
    ensureSchema: async (object, wanted, call) => {
      const steps = await ensureSchema(object, wanted, call)
      const field = { name: 'note', label: 'note', type: 'text', unique: false }
      if (!call.dryRun && steps.length === 0) {
        await call.request({ kind: 'write' }, () => post(config, `/fields/${object}`, field))
      }
      return steps
    },
  })),
  bulk('bulk-killed-sending', 'takes a job that is lost to it for done', ({ send, collect }) => {
    const sentHere = new Set<string>()
    return {
      send: async (ticket, changes, call) => {
        await send(ticket, changes, call)
        sentHere.add(ticket.id)
      },
      collect: async (ticket, sent, call) => {
        const answer = await collect(ticket, sent, call)
        if (answer !== 'running' || sentHere.has(ticket.id)) return answer
        return sent.map(({ key, remoteId = 'c1' }) => ({ key, status: 'written', remoteId }))
      },
    }
  }),
]

const NO_ANSWER = 'no answer from the CRM'
const asked = new WeakSet<Call>()

const passing =
  (call: Call): Call['request'] =>
  (what, send) =>
    call.request(what, signal =>
      send(signal).catch(error => {
        if (signal.aborted || !(error instanceof RequestFailed) || error.message !== NO_ANSWER) throw error
        throw new RequestFailed({ ...error.failure, kind: 'transient' })
      }),
    )

const withoutNulls = (change: Change): Change => ({
  ...change,
  fields: Object.fromEntries(Object.entries(change.fields).filter(([, value]) => value !== null)),
})

const rounded = (change: Change): Change => ({
  ...change,
  fields: Object.fromEntries(
    Object.entries(change.fields).map(([name, value]) => [
      name,
      typeof value === 'number' ? Math.round(value) : value,
    ]),
  ),
})
