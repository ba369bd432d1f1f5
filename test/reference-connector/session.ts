import {
  type Call,
  type Change,
  type Fields,
  type Notice,
  type Query,
  type RemoteRecord,
  RequestFailed,
  type Result,
  type Session,
} from '../../src/contract/index.ts'
import { contactsAsked, createRefused, leadsAsked } from './beside.ts'
import { checkReport } from './check-report.ts'
import type { Crm, CrmRecord, RequestSeen, Trouble } from './crm.ts'
import { FIELDS, KEY } from './fields.ts'
import type { ReferenceConfig } from './index.ts'

/** @param ways whether a lead beside a company needs a contact */
export function openSession(crm: Crm, config: ReferenceConfig, ways = { needsContact: true }): Session {
  let atOnce = 0
  let writes = 0
  let notifications = 0

  /** One exchange: seen, troubled or served. */
  function exchange<T>(
    call: Call,
    seen: RequestSeen,
    trouble: () => Trouble | undefined,
    serve: () => T,
  ): Promise<T> {
    return call.request({ kind: seen.kind }, async signal => {
      crm.requests.push(seen)
      atOnce++
      crm.mostAtOnce = Math.max(crm.mostAtOnce, atOnce)
      try {
        await new Promise(resolve => setImmediate(resolve))
        return await troubled(trouble(), serve, signal)
      } finally {
        atOnce--
      }
    })
  }

  async function* read(query: Query, fields: readonly string[], call: Call): AsyncGenerator<RemoteRecord> {
    const found = select(crm, query)
    const what =
      'all' in query ? 'all' : 'ids' in query ? 'ids' : 'values' in query ? `by ${query.by}` : 'news'
    for (let at = 0; at === 0 || at < found.length; at += config.page) {
      const page = found.slice(at, at + config.page)
      const seen = { kind: 'read', what, size: page.length } as const
      yield* await exchange(
        call,
        seen,
        () => crm.beforeRead(what),
        () => page.map(each => shown(each, fields)),
      )
    }
  }

  async function write(batch: readonly Change[], call: Call): Promise<Result[]> {
    writes++
    const n = writes
    const asked = batch.map(({ key, remoteId }) => ({ key, create: remoteId === undefined }))
    const seen = {
      kind: 'write',
      what: asked.some(({ create }) => create) ? 'create' : 'update',
      size: batch.length,
    } as const
    const trouble = crm.beforeWrite(asked, n)
    const results = await exchange(
      call,
      seen,
      () => trouble,
      () => batch.map(change => apply(crm, change, ways)),
    )
    if (trouble?.kind !== 'answers') return results.reverse()
    return trouble.results === 'too_few'
      ? results.slice(1)
      : results.map(result => ({ ...result, key: 'foreign.com' }))
  }

  /** Pages of what was asked beside companies. */
  async function* beside<T>(what: 'leads' | 'contacts', found: readonly T[], call: Call): AsyncGenerator<T> {
    for (let at = 0; at === 0 || at < found.length; at += config.page) {
      const page = found.slice(at, at + config.page)
      const seen = { kind: 'read', what, size: page.length } as const
      yield* await exchange(
        call,
        seen,
        () => crm.beforeRead(what),
        () => page,
      )
    }
  }

  function notify(notices: readonly Notice[], call: Call): Promise<Result[]> {
    notifications++
    const n = notifications
    const seen = { kind: 'write', what: 'notify', size: notices.length } as const
    return exchange(
      call,
      seen,
      () => crm.beforeNotify(notices, n),
      () => notices.map(notice => make(crm, notice)),
    )
  }

  return {
    get limits() {
      return {
        maxBatch: config.max_batch,
        maxConcurrent: config.max_concurrent,
        clockAheadMs: crm.clockAheadMs,
        ...(crm.daily === null
          ? {}
          : { daily: crm.daily.calls, dailyLeft: crm.daily.left, timeZone: crm.daily.timeZone }),
      }
    },
    account: async () => crm.account,
    check: async intent => checkReport(crm, intent),
    describe: async () => FIELDS,
    ensureSchema: async () => [],
    estimate: async query => ({ calls: Math.max(1, Math.ceil(estimated(crm, query) / config.page)) }),
    read,
    write,
    leads: (asked, call) => beside('leads', leadsAsked(crm, asked), call),
    contacts: (companies, fields, call) => beside('contacts', contactsAsked(crm, companies, fields), call),
    notify,
    activeOwners: async ids => new Set(ids.filter(id => !crm.ownersGone.has(id))),
    close: async () => undefined,
  }
}

async function troubled<T>(trouble: Trouble | undefined, serve: () => T, signal: AbortSignal): Promise<T> {
  switch (trouble?.kind) {
    case 'throws':
      throw trouble.error
    case 'fails':
      if (trouble.committed) serve()
      throw new RequestFailed(trouble.failure)
    case 'hangs': {
      if (trouble.committed) serve()
      return new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason)
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      })
    }
    default:
      return serve()
  }
}

const estimated = (crm: Crm, query: Query): number =>
  'values' in query ? query.values.length : select(crm, query).length

function select(crm: Crm, query: Query): { record: CrmRecord; askedId?: string }[] {
  const records = crm.all(query.object)
  if ('all' in query) return records.map(record => ({ record }))
  if ('ids' in query) {
    return query.ids.flatMap(id => {
      const record = crm.find(id)
      if (record === undefined) return []
      return [record.id === id ? { record } : { record, askedId: id }]
    })
  }
  if ('values' in query) {
    const asked = new Set(query.values.map(value => value.toLowerCase()))
    const holds = ({ fields }: CrmRecord) =>
      String(fields[query.by] ?? '')
        .toLowerCase()
        .split(';')
        .some(part => asked.has(part.trim()))
    return records.filter(holds).map(record => ({ record }))
  }
  const isNews = ({ fields, changedAt }: CrmRecord) =>
    (fields[KEY] ?? null) === null && changedAt >= query.changedSince.getTime()
  return records.filter(isNews).map(record => ({ record }))
}

function shown(
  { record, askedId }: { record: CrmRecord; askedId?: string },
  fields: readonly string[],
): RemoteRecord {
  const held: Fields = Object.fromEntries(fields.map(name => [name, record.fields[name] ?? null]))
  const seen = { remoteId: record.id, fields: held, createdAt: new Date(record.createdAt) }
  return askedId === undefined ? seen : { ...seen, askedId }
}

/** One change, as a CRM that upserts companies by their key and knows no such thing for leads. */
function apply(crm: Crm, change: Change, ways: { needsContact: boolean }): Result {
  const { key } = change
  const failure = crm.poisoned(change.fields)
  if (failure !== undefined) return { key, status: 'failed', failure }
  if (change.remoteId === undefined) {
    const refused = createRefused(crm, change, ways)
    return refused === undefined ? create(crm, change) : { key, status: 'failed', failure: refused }
  }
  const record = crm.find(change.remoteId)
  if (record === undefined) {
    return { key, status: 'failed', failure: { kind: 'gone', message: `no record ${change.remoteId}` } }
  }
  return update(crm, key, record, change.fields)
}

function make(crm: Crm, notice: Notice): Result {
  const { id: key } = notice
  const failure = crm.refused(notice)
  if (failure !== undefined) return { key, status: 'failed', failure }
  const holder = 'record' in notice ? crm.find(notice.record.remoteId) : undefined
  if ('record' in notice && holder === undefined) {
    return {
      key,
      status: 'failed',
      failure: { kind: 'gone', message: `no record ${notice.record.remoteId}` },
    }
  }
  const isThere = notice.mayExist && crm.made.some(({ id }) => id === key)
  if (!isThere) crm.made.push(notice)
  return { key, status: isThere ? 'written' : 'created', remoteId: `n-${key}` }
}

function create(crm: Crm, { key, object, fields, associate = [] }: Change): Result {
  const holder = crm.all(object).find(record => record.fields[KEY] === fields[KEY])
  if (holder !== undefined && object === 'companies') return update(crm, key, holder, fields)
  const ties = associate.map(({ remoteId }) => remoteId)
  return { key, status: 'created', remoteId: crm.add({ ...fields }, object, ties) }
}

function update(crm: Crm, key: string, record: CrmRecord, fields: Fields): Result {
  record.fields = { ...record.fields, ...fields }
  record.changedAt = crm.now()
  return { key, status: 'written', remoteId: record.id }
}
