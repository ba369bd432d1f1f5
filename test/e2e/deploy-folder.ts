import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type { Connection } from 'jsforce'

const MAIN = 'force-app/main/default'

/** What the Salesforce CLI does of `sf project deploy start`: source files to the metadata format, zipped and sent. */
export async function deployFolder(connection: Connection, folder: string, options = {}) {
  const files = new Map<string, string>()
  for (const entry of await readdir(path.join(folder, MAIN), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    files.set(path.relative(path.join(folder, MAIN), file), await readFile(file, 'utf8'))
  }
  const { sourceApiVersion } = JSON.parse(await readFile(path.join(folder, 'sfdx-project.json'), 'utf8'))
  const zipped = zipSync(
    Object.fromEntries(
      [...inMetadataFormat(files, sourceApiVersion)].map(([name, text]) => [name, strToU8(text)]),
    ),
  )
  connection.metadata.pollInterval = 1
  return connection.metadata
    .deploy(Buffer.from(zipped), { singlePackage: true, rollbackOnError: true, ...options })
    .complete(true)
}

const FILE = /^(?:objects\/(?<object>\w+)\/)?(?:(?<kind>\w+)\/)?(?<name>[^/]+)\.(?<ending>\w+)-meta\.xml$/
const TYPES: Readonly<Record<string, string>> = {
  object: 'CustomObject',
  field: 'CustomField',
  listView: 'ListView',
  layout: 'Layout',
  permissionset: 'PermissionSet',
}
const ROOT = /^<\?xml[^>]*\?>\s*<(\w+)[^>]*>\n?([\s\S]*)<\/\1>\s*$/
const NAMESPACE = 'xmlns="http://soap.sforce.com/2006/04/metadata"'

/** Fields and lists go into the file of their object, and package.xml names all. */
function inMetadataFormat(files: ReadonlyMap<string, string>, version: string): Map<string, string> {
  const objects = new Map<string, string[]>()
  const named: { type: string; member: string }[] = []
  const out = new Map<string, string>()
  for (const [file, text] of files) {
    const { object, kind = '', name = '', ending = '' } = FILE.exec(file)?.groups ?? {}
    const type = TYPES[ending]
    if (type === undefined) throw new Error(`the Salesforce CLI does not know ${file}`)
    const inner = ROOT.exec(text)?.[2] ?? ''
    if (object === undefined) out.set(`${kind}/${name}.${ending}`, text)
    else {
      const part = ending === 'object' ? inner : `<${kind}>${inner}</${kind}>`
      objects.set(object, [...(objects.get(object) ?? []), part])
    }
    named.push({ type, member: object === undefined || ending === 'object' ? name : `${object}.${name}` })
  }
  for (const [object, parts] of objects) {
    out.set(`objects/${object}.object`, `<CustomObject ${NAMESPACE}>${parts.join('')}</CustomObject>`)
  }
  const types = [...Map.groupBy(named, ({ type }) => type)].map(([type, members]) => {
    const list = members.map(({ member }) => `<members>${member}</members>`).join('')
    return `<types>${list}<name>${type}</name></types>`
  })
  return out.set(
    'package.xml',
    `<Package ${NAMESPACE}>${types.join('')}<version>${version}</version></Package>`,
  )
}
