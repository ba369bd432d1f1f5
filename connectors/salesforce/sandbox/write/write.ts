import type { ObjectType } from '../org/object-type.ts'
import type { Org } from '../org/org.ts'
import { publish } from '../org/publish.ts'
import { defaultsOf, plain, settle } from '../org/settle.ts'
import type { FlatFields, StoredRecord } from '../org/stored-record.ts'
import type { Caller } from '../rest/caller.ts'
import { refusedRow, targetOf } from '../rest/write-target.ts'
import { checkWrite } from './check-write.ts'
import { done, failed, type Outcome } from './outcome.ts'
import { checkRules, takeLock } from './record-rules.ts'
import type { Row } from './row.ts'

/** Makes a record, or publishes an event. */
export function insert(org: Org, caller: Caller, object: ObjectType, row: Row): Outcome {
  const refused = refusedRow(org, caller, object, 'create', row)
  if (refused !== undefined) return refused
  if (object.kind === 'event') return publish(org, caller.user, object, row)
  return save(org, caller, object, null, row)
}

/** Changes the fields that the row names. */
export function update(org: Org, caller: Caller, object: ObjectType, givenId: string, row: Row): Outcome {
  const refused = refusedRow(org, caller, object, 'edit', row)
  if (refused !== undefined) return refused
  const target = targetOf(org, object, givenId)
  if ('errors' in target) return target
  if (target.values.IsConverted === true) {
    return failed('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead')
  }
  return save(org, caller, object, target, row)
}

function save(org: Org, caller: Caller, object: ObjectType, before: StoredRecord | null, row: Row): Outcome {
  const { user } = caller
  const error = checkWrite({ org, object, user, before, values: row.values })
  if (error !== undefined) return { success: false, errors: [error] }
  const at = new Date(org.clock.now()).toISOString()
  const id = before?.id ?? org.newId(object.keyPrefix)
  const changes = { ...plain(row.values), ...assignedOwner(org, caller, object) }
  const counted = before === null ? countedName(org, object) : {}
  const fields = settle(object, {
    ...(before?.values ?? { ...newFields(object, caller), Id: id, CreatedDate: at, CreatedById: user.id }),
    ...changes,
    ...counted,
    LastModifiedDate: at,
    LastModifiedById: user.id,
    SystemModstamp: at,
  })
  const broken = checkRules(org, caller, object, before?.id ?? null, fields)
  if (broken !== undefined) return { success: false, errors: [broken] }
  org.table(object.name).put({ id, values: fields })
  const differs = Object.entries(changes).some(([name, value]) => (before?.values[name] ?? null) !== value)
  if (before === null) org.counters.written('created')
  else org.counters.written(differs ? 'updated' : 'unchanged')
  return done(id, before === null)
}

function newFields(object: ObjectType, { user }: Caller): FlatFields {
  const owned = object.fields.some(({ name }) => name === 'OwnerId')
  return { ...defaultsOf(object), ...(owned ? { OwnerId: user.id } : {}), IsDeleted: false }
}

/** `U-0007` of the seventh record where names are counted up. */
function countedName(org: Org, { name, nameFormat }: ObjectType): FlatFields {
  if (nameFormat === null) return {}
  const number = String([...org.table(name).all()].length + 1)
  return { Name: nameFormat.replace(/\{(0+)\}/, (_, zeros: string) => number.padStart(zeros.length, '0')) }
}

/** The owner whom the active assignment rule names. */
function assignedOwner(org: Org, { autoAssign }: Caller, object: ObjectType): FlatFields {
  const owner = autoAssign ? org.settings.assignmentRules[object.name] : undefined
  return owner === undefined ? {} : { OwnerId: owner }
}

/** Deletes a record; `queryAll` still sees it. */
export function remove(org: Org, caller: Caller, object: ObjectType, givenId: string): Outcome {
  const refused = refusedRow(org, caller, object, 'delete', { values: new Map(), errors: [] })
  if (refused !== undefined) return refused
  const target = targetOf(org, object, givenId)
  if ('errors' in target) return target
  const locked = takeLock(org, target.id)
  if (locked !== undefined) return { success: false, errors: [locked] }
  markDeleted(org, object.name, target)
  org.counters.written('deleted')
  return done(target.id, false)
}

/** As deleted records stand: hidden, with what they were. */
export function markDeleted(org: Org, object: string, record: StoredRecord, more: FlatFields = {}): void {
  const at = new Date(org.clock.now()).toISOString()
  const values = { ...record.values, ...more, IsDeleted: true, LastModifiedDate: at, SystemModstamp: at }
  org.table(object).put({ id: record.id, values })
}

/** As it was before it was deleted; its change is told. */
export function markRestored(org: Org, object: string, record: StoredRecord): void {
  const at = new Date(org.clock.now()).toISOString()
  const values = { ...record.values, IsDeleted: false, LastModifiedDate: at, SystemModstamp: at }
  org.table(object).put({ id: record.id, values })
}
