import { strFromU8, unzipSync } from 'fflate'
import { refusal } from '../rest/refusal.ts'
import { childrenOf, type Element, parseXml, textOf } from './xml.ts'

/** One thing to be made, as a file of a package has it. */
export interface Component {
  type: string
  fullName: string
  fileName: string
  given: Element
}

/** What a zip in the metadata format holds, and what its package.xml names: `CustomField Account.OQL_Stage__c`. */
export interface Package {
  components: readonly Component[]
  named: ReadonlySet<string>
}

/** Types that have a file of their own, by their folder. */
const FOLDERS: Readonly<Record<string, string>> = { layouts: 'Layout', permissionsets: 'PermissionSet' }
/** Types that stand in the file of their object. */
const PARTS: Readonly<Record<string, string>> = { fields: 'CustomField', listViews: 'ListView' }

export const keyOf = ({ type, fullName }: Pick<Component, 'type' | 'fullName'>) => `${type} ${fullName}`

/** Reads a zip in base64. It holds package.xml at its top, or in the one folder at its top. */
export function readPackage(zip: string): Package {
  const files = unzipped(zip)
  const manifest = [...files.keys()].find(name => /^(?:[^/]+\/)?package\.xml$/.test(name))
  if (manifest === undefined) throw refusal(500, 'INVALID_OPERATION', 'No package.xml found')
  const top = manifest.slice(0, -'package.xml'.length)
  return {
    components: [...files].flatMap(([name, text]) =>
      name === manifest || name.endsWith('/') ? [] : componentsOf(name.slice(top.length), text),
    ),
    named: namesIn(parseXml(files.get(manifest) ?? '')),
  }
}

function unzipped(zip: string): Map<string, string> {
  try {
    const files = unzipSync(Buffer.from(zip, 'base64'))
    return new Map(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)]))
  } catch (error) {
    throw refusal(500, 'INVALID_OPERATION', `Error extracting deployment zip: ${String(error)}`)
  }
}

const namesIn = (manifest: Element): ReadonlySet<string> =>
  new Set(
    childrenOf(manifest, 'types').flatMap(type =>
      childrenOf(type, 'members').map(({ text }) =>
        keyOf({ type: textOf(type, 'name') ?? '', fullName: text.trim() }),
      ),
    ),
  )

function componentsOf(fileName: string, text: string): Component[] {
  const [, folder = '', name = '', ending] = /^(\w+)\/(.+)\.(\w+)$/.exec(fileName) ?? []
  if (folder === 'objects' && ending === 'object') return objectParts(fileName, name, parseXml(text))
  const type = FOLDERS[folder]
  if (type === undefined) throw refusal(500, 'INVALID_TYPE', `the sandbox deploys no ${fileName}`)
  return [{ type, fullName: decodeURIComponent(name), fileName, given: parseXml(text) }]
}

/** Of an object that comes with Salesforce, only its parts; one of the org's own, with its label, is made. */
function objectParts(fileName: string, object: string, given: Element): Component[] {
  const isMade = textOf(given, 'label') !== undefined
  const parts = given.children.flatMap(part => {
    const type = PARTS[part.name]
    const name = textOf(part, 'fullName') ?? ''
    return type === undefined ? [] : [{ type, fullName: `${object}.${name}`, fileName, given: part }]
  })
  return [...(isMade ? [{ type: 'CustomObject', fullName: object, fileName, given }] : []), ...parts]
}
