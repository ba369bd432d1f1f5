/** Text, or elements by name; a list repeats its element. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [element: string]: Xml | undefined }

const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata'

/** A file of Salesforce metadata, as the Salesforce CLI formats it. */
export function metadataFile(type: string, content: { readonly [element: string]: Xml | undefined }): string {
  const body = elements(content, 1)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${type} xmlns="${NAMESPACE}">\n${body}</${type}>\n`
}

function elements(content: { readonly [element: string]: Xml | undefined }, depth: number): string {
  return Object.entries(content)
    .flatMap(([name, value]) => (value === undefined ? [] : [element(name, value, depth)]))
    .join('')
}

function element(name: string, value: Xml, depth: number): string {
  const indent = INDENT.repeat(depth)
  if (isList(value)) return value.map(one => element(name, one, depth)).join('')
  if (typeof value !== 'object') return `${indent}<${name}>${escaped(String(value))}</${name}>\n`
  return `${indent}<${name}>\n${elements(value, depth + 1)}${indent}</${name}>\n`
}

const INDENT = '    '

const isList = (value: Xml): value is readonly Xml[] => Array.isArray(value)

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
