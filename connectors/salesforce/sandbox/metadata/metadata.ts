import type { SandboxUser } from '../options.ts'
import type { Org } from '../org/org.ts'
import { refusal } from '../rest/refusal.ts'
import { type RowError, rowError } from '../write/outcome.ts'
import { deploy, deployStatus } from './deploy.ts'
import type { MetadataType } from './metadata-type.ts'
import { METADATA_TYPES } from './metadata-types.ts'
import { childrenOf, type Element, textOf, type Xml } from './xml.ts'

/** Components that a call may name. */
const MAX_COMPONENTS = 10

/** Answers the `result` of a call, `upsertMetadata` for one. */
export function callMetadata(org: Org, user: SandboxUser, call: Element): Xml {
  const { name } = call
  if (name === 'upsertMetadata' || name === 'createMetadata' || name === 'updateMetadata') {
    const components = limited(childrenOf(call, 'metadata'))
    return components.map(given => save(org, user, name, given))
  }
  if (name === 'listMetadata') return childrenOf(call, 'queries').flatMap(query => listed(org, query))
  if (name === 'deploy') return deploy(org, user, call)
  if (name === 'checkDeployStatus') return deployStatus(org, call)
  const type = typeOf(textOf(call, 'type'))
  const fullNames = limited(childrenOf(call, 'fullNames')).map(({ text }) => text.trim())
  if (name === 'readMetadata') {
    return { records: fullNames.map(fullName => read(org, textOf(call, 'type') ?? '', type, fullName)) }
  }
  if (name === 'deleteMetadata') return fullNames.map(fullName => remove(org, user, type, fullName))
  throw refusal(500, 'INVALID_OPERATION', `the sandbox has no ${name}`)
}

function limited<T>(list: readonly T[]): readonly T[] {
  if (list.length <= MAX_COMPONENTS) return list
  const message = `record limit reached. cannot submit more than ${MAX_COMPONENTS} records into this call`
  throw refusal(500, 'EXCEEDED_ID_LIMIT', message)
}

function typeOf(name: string | undefined): MetadataType {
  const type = name === undefined ? undefined : METADATA_TYPES[name]
  if (type === undefined) throw refusal(500, 'INVALID_TYPE', `the sandbox has no metadata type ${name}`)
  return type
}

function save(org: Org, user: SandboxUser, call: string, given: Element): Xml {
  const type = typeOf(given.attributes.type?.replace(/^.*:/, ''))
  const fullName = textOf(given, 'fullName')
  if (fullName === undefined)
    return saved('', rowError('REQUIRED_FIELD_MISSING', 'fullName is required', 'fullName'))
  const there = type.exists(org, fullName)
  if (call === 'createMetadata' && there) {
    return saved(
      fullName,
      rowError('DUPLICATE_DEVELOPER_NAME', `There is already a component named ${fullName}`, 'fullName'),
    )
  }
  if (call === 'updateMetadata' && !there) return saved(fullName, notThere(fullName))
  const error = type.put(org, user, fullName, given)
  return {
    ...saved(fullName, error),
    ...(call === 'upsertMetadata' ? { created: error === undefined && !there } : {}),
  }
}

function notThere(fullName: string): RowError {
  return rowError(
    'INVALID_CROSS_REFERENCE_KEY',
    `In field: fullName - no component named ${fullName} found`,
    'fullName',
  )
}

function saved(fullName: string, error: RowError | undefined) {
  const errors = error && { fields: error.fields, message: error.message, statusCode: error.statusCode }
  return { errors, fullName, success: error === undefined }
}

/** A component that is not there is answered as an element without anything in it. */
function read(org: Org, name: string, type: MetadataType, fullName: string): Xml {
  if (!type.exists(org, fullName)) return { '@type': name }
  const found = type.read(org, fullName)
  return typeof found === 'object' && found !== null && !Array.isArray(found)
    ? { '@type': name, ...found }
    : found
}

function remove(org: Org, user: SandboxUser, type: MetadataType, fullName: string): Xml {
  if (!type.exists(org, fullName)) return saved(fullName, notThere(fullName))
  type.remove(org, user, fullName)
  return saved(fullName, undefined)
}

function listed(org: Org, query: Element): Xml[] {
  const name = textOf(query, 'type') ?? ''
  return typeOf(name)
    .names(org)
    .map(fullName => ({
      fullName,
      type: name,
      fileName: `${name}/${fullName}`,
      manageableState: 'unmanaged',
    }))
}
