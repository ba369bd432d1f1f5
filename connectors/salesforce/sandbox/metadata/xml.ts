/** An element of a SOAP message; names without their namespace. */
export interface Element {
  name: string
  attributes: Readonly<Record<string, string>>
  children: readonly Element[]
  text: string
}

export class XmlError extends Error {
  override readonly name = 'XmlError'
}

const TAG =
  /<(?:\?[\s\S]*?\?|!--[\s\S]*?--|\/([\w:.-]+)\s*|([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?))>/g
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

interface Open {
  name: string
  attributes: Record<string, string>
  children: Element[]
  text: string
}

/**
 * Reads what SOAP clients send: elements, attributes, text and the five entities. No document types, which SOAP
 * forbids. Throws an XmlError where the text is not well-formed.
 */
export function parseXml(xml: string): Element {
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const path = [root]
  let end = 0
  for (const match of xml.matchAll(TAG)) {
    const [whole, closing, opening, attributes = '', empty] = match
    const between = xml.slice(end, match.index)
    if (between.includes('<')) throw new XmlError('not well-formed: a < that begins no tag')
    const top = path.at(-1) ?? root
    top.text += decoded(between)
    end = match.index + whole.length
    if (closing !== undefined) close(path, localName(closing))
    if (opening === undefined) continue
    path.push({ name: localName(opening), attributes: attributesOf(attributes), children: [], text: '' })
    if (empty === '/') close(path, localName(opening))
  }
  const [only] = root.children
  if (path.length > 1 || only === undefined || root.children.length > 1) {
    throw new XmlError('not well-formed: one element must hold all others, and each be closed')
  }
  return only
}

function close(path: Open[], name: string): void {
  const top = path.pop()
  const parent = path.at(-1)
  if (top === undefined || parent === undefined || top.name !== name) {
    throw new XmlError(`not well-formed: </${name}> closes nothing`)
  }
  parent.children.push(top)
}

const localName = (name: string) => name.replace(/^.*:/, '')

function attributesOf(text: string): Record<string, string> {
  const found = [...text.matchAll(ATTRIBUTE)]
  return Object.fromEntries(
    found.map(([, name = '', double, single]) => [localName(name), decoded(double ?? single ?? '')]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decoded(text: string): string {
  return text.replace(/&(#x?[0-9a-fA-F]+|\w+);/g, (_whole, name: string) => {
    if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    const character = ENTITIES[name]
    if (character === undefined) throw new XmlError(`not well-formed: unknown entity &${name};`)
    return character
  })
}

/** The children with the name. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter(child => child.name === name)
}

export function childOf(element: Element, name: string): Element | undefined {
  return element.children.find(child => child.name === name)
}

/** The text of a child; undefined where there is none or it is empty. */
export function textOf(element: Element, name: string): string | undefined {
  const text = childOf(element, name)?.text.trim()
  return text === '' ? undefined : text
}

/** What is to be written: text, an element's parts by name, or several elements of one name. */
export type Xml =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Xml[]
  | { readonly [name: string]: Xml }

export function writeXml(name: string, value: Xml): string {
  if (value === null || value === undefined) return ''
  if (isList(value)) return value.map(one => writeXml(name, one)).join('')
  const type = typeof value === 'object' ? value['@type'] : undefined
  const attribute = typeof type === 'string' ? ` xsi:type="${type}"` : ''
  const inner =
    typeof value === 'object'
      ? Object.entries(value)
          .filter(([key]) => key !== '@type')
          .map(([key, part]) => writeXml(key, part))
          .join('')
      : encoded(String(value))
  return `<${name}${attribute}>${inner}</${name}>`
}

function isList(value: Xml): value is readonly Xml[] {
  return Array.isArray(value)
}

function encoded(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)
}
