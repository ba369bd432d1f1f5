import type { SandboxUser } from '../options.ts'
import type { Org } from '../org/org.ts'
import { refusal } from '../rest/refusal.ts'
import { type Component, keyOf, readPackage } from './deploy-package.ts'
import { METADATA_TYPES } from './metadata-types.ts'
import { childOf, type Element, textOf, type Xml } from './xml.ts'

/** Fields must be there before what names them. */
const ORDER = ['CustomObject', 'CustomField', 'ListView', 'Layout', 'PermissionSet']

interface Failed {
  component: Pick<Component, 'type' | 'fullName' | 'fileName'>
  problem: string
}

/** `deploy`: the work is done at once, and told when `checkDeployStatus` asks. */
export function deploy(org: Org, user: SandboxUser, call: Element): Xml {
  const options = childOf(call, 'DeployOptions')
  const flag = (name: string, otherwise: boolean) =>
    ((options && textOf(options, name)) ?? String(otherwise)) === 'true'
  const [checkOnly, rollbackOnError] = [flag('checkOnly', false), flag('rollbackOnError', true)]
  const { components, named } = readPackage(textOf(call, 'ZipFile') ?? '')
  const strays = unmatched(components, named)
  const before = org.catalogue.all()
  const failures = org.attempt(
    () => (strays.length > 0 ? strays : putAll(org, user, components)),
    found => !checkOnly && (found.length === 0 || !rollbackOnError),
  )
  if (checkOnly || (failures.length > 0 && rollbackOnError)) restore(org, before)
  const id = org.newId('0Af')
  org.deployments.set(id, {
    id,
    ...resultOf(components, failures, { checkOnly, rollbackOnError }),
  })
  return { id, done: false, state: 'Queued' }
}

/** `checkDeployStatus`. */
export function deployStatus(org: Org, call: Element): Xml {
  const id = textOf(call, 'asyncProcessId') ?? ''
  const found = org.deployments.get(id)
  if (found === undefined) throw refusal(500, 'INVALID_CROSS_REFERENCE_KEY', `no deployment ${id}`)
  return found
}

/** A package's list and its files must name the same. */
function unmatched(components: readonly Component[], named: ReadonlySet<string>): Failed[] {
  const there = new Set(components.map(keyOf))
  const missing = [...named].filter(key => !there.has(key))
  return [
    ...missing.map(key => {
      const [type = '', fullName = ''] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)]
      const problem = `An object '${fullName}' of type ${type} was named in package.xml, but was not found in zipped directory`
      return { component: { type, fullName, fileName: 'package.xml' }, problem }
    }),
    ...components
      .filter(component => !named.has(keyOf(component)))
      .map(component => ({ component, problem: 'Not in package.xml' })),
  ]
}

function putAll(org: Org, user: SandboxUser, components: readonly Component[]): Failed[] {
  const inOrder = components.toSorted((one, other) => ORDER.indexOf(one.type) - ORDER.indexOf(other.type))
  return inOrder.flatMap(component => {
    const error = METADATA_TYPES[component.type]?.put(org, user, component.fullName, component.given)
    return error === undefined ? [] : [{ component, problem: error.message }]
  })
}

function restore(org: Org, before: ReturnType<Org['catalogue']['all']>): void {
  const names = new Set(before.map(({ name }) => name))
  for (const { name } of org.catalogue.all()) if (!names.has(name)) org.catalogue.dropObject(name)
  for (const type of before) org.catalogue.putObject(type)
}

function resultOf(
  components: readonly Component[],
  failures: readonly Failed[],
  options: { checkOnly: boolean; rollbackOnError: boolean },
) {
  const failed = new Set(failures.map(({ component }) => keyOf(component)))
  const done = components.filter(component => !failed.has(keyOf(component)))
  const isDone = failures.length === 0
  const told = ({ type, fullName, fileName }: Failed['component'], success: boolean) => ({
    componentType: type,
    fileName,
    fullName,
    success,
  })
  return {
    ...options,
    done: true,
    success: isDone,
    status: isDone ? 'Succeeded' : options.rollbackOnError ? 'Failed' : 'SucceededPartial',
    numberComponentErrors: failures.length,
    numberComponentsDeployed: done.length,
    numberComponentsTotal: components.length,
    details: {
      componentFailures: failures.map(({ component, problem }) => ({
        ...told(component, false),
        problem,
        problemType: 'Error',
      })),
      componentSuccesses: done.map(component => told(component, true)),
    },
  }
}
