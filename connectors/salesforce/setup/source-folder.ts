import { type FieldSpec, SessionFault } from '../../../src/contract/index.ts'
import { metadataFile, type Xml } from '../http/xml.ts'
import { EVENT } from '../objects.ts'
import { customField, FIELD_NAME, isCustom, metadataObject, noFieldName, withKeys } from './custom-field.ts'
import { eventObject } from './event-object.ts'
import { layout } from './layout.ts'
import { listViews } from './list-views.ts'
import { GRANTS, permissionSet, wishesOf } from './permission-sets.ts'

const FOLDER = 'force-app/main/default'

/**
 * The schema as a source folder that an admin reviews and deploys with the Salesforce CLI, so that the integration user
 * needs no right to make fields: path → text.
 * @param wanted object → the fields that the mapping writes
 */
export function sourceFolder(
  wanted: ReadonlyMap<string, readonly FieldSpec[]>,
  apiVersion: string,
): ReadonlyMap<string, string> {
  const objects = [...wanted].map(([object, specs]): [string, FieldSpec[]] => [
    object,
    withKeys(object, specs).filter(({ name }) => isCustom(name)),
  ])
  for (const [object, specs] of objects) for (const { name } of specs) mustBeName(object, name)
  return new Map([
    ['sfdx-project.json', project(apiVersion)],
    ['README.md', README],
    ...objects.flatMap(([object, specs]) => objectFiles(object, specs)),
    ...permissionSetFiles(objects),
  ])
}

/** A file is named after its field: what is no name of one could be a path to anywhere. */
function mustBeName(object: string, name: string): void {
  if (FIELD_NAME.test(name)) return
  throw new SessionFault('config', `${object}: ${noFieldName(name)}. Change \`to:\` in the mapping`)
}

function objectFiles(object: string, specs: readonly FieldSpec[]): [string, string][] {
  const folder = `${FOLDER}/objects/${metadataObject(object)}`
  return [
    ...(object === EVENT ? [eventFile(folder)] : []),
    ...specs.map((spec): [string, string] => [
      `${folder}/fields/${spec.name}.field-meta.xml`,
      metadataFile('CustomField', xmlOf(customField(spec))),
    ]),
    ...listViews(object, specs).map((view): [string, string] => [
      `${folder}/listViews/${view.fullName}.listView-meta.xml`,
      metadataFile('ListView', view),
    ]),
    ...layoutFile(object, specs),
  ]
}

const eventFile = (folder: string): [string, string] => [
  `${folder}/${EVENT}.object-meta.xml`,
  metadataFile('CustomObject', xmlOf(eventObject)),
]

function layoutFile(object: string, specs: readonly FieldSpec[]): [string, string][] {
  const content = layout(object, specs)
  if (content === null) return []
  const name = `${object}-${object} with OQL Sync`
  return [[`${FOLDER}/layouts/${name}.layout-meta.xml`, metadataFile('Layout', content)]]
}

function permissionSetFiles(objects: readonly [string, readonly FieldSpec[]][]): [string, string][] {
  const names = objects.map(([object]) => object)
  return GRANTS.map(grant => {
    const wishes = objects.flatMap(([object, specs]) =>
      wishesOf(
        grant,
        object,
        specs.map(({ name }) => name),
        null,
      ),
    )
    // A file is named after what it holds, so it does not say it again.
    const { fullName, ...content } = permissionSet(grant, names, wishes)
    return [
      `${FOLDER}/permissionsets/${fullName}.permissionset-meta.xml`,
      metadataFile('PermissionSet', xmlOf(content)),
    ]
  })
}

/** Metadata holds only what XML does; anything else would be a bug of ours, and is left out of nothing silently. */
function xmlOf(component: Readonly<Record<string, unknown>>): { readonly [element: string]: Xml } {
  return Object.fromEntries(Object.entries(component).map(([name, value]) => [name, xmlValue(value)]))
}

function xmlValue(value: unknown): Xml {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(xmlValue)
  if (typeof value === 'object' && value !== null) return xmlOf({ ...value })
  throw new TypeError(`metadata can't hold ${String(value)}`)
}

const project = (apiVersion: string): string =>
  `${JSON.stringify(
    {
      packageDirectories: [{ path: 'force-app', default: true }],
      name: 'oql-sync',
      namespace: '',
      sourceApiVersion: apiVersion,
    },
    null,
    2,
  )}\n`

const README = `# OQL Sync for Salesforce

Made by \`oql setup salesforce --export\`. Review it, then:

    sf project deploy start --source-dir force-app --target-org YOUR_ORG
    sf org assign permset --name OQL_Sync --on-behalf-of INTEGRATION_USER --target-org YOUR_ORG
    sf org assign permset --name OQL_Sync_Viewer --on-behalf-of SOMEBODY_IN_SALES --target-org YOUR_ORG

- Fields, permission sets and list views add to what is there. Nobody sees the fields without one of the two permission sets.
- The layouts are new ones, beside yours: assign them, or copy their section "Open source usage" into your own. Where pages
  are Lightning pages with dynamic forms, add the fields there.
- A picklist of the same name in your org is replaced by this one: if others added values to it, add them here first.
`
