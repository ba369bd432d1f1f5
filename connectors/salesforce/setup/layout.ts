import type { FieldSpec } from '../../../src/contract/index.ts'
import type { Xml } from '../http/xml.ts'
import { ACCOUNT, KEY_FIELD, LEAD, LEAD_KEY_FIELD } from '../objects.ts'

/** What a layout of each object must show, and what a rep looks for first. */
const OWN_FIELDS: Readonly<Record<string, readonly { field: string; behavior: 'Required' | 'Edit' }[]>> = {
  [ACCOUNT]: [
    { field: 'Name', behavior: 'Required' },
    { field: 'OwnerId', behavior: 'Edit' },
    { field: 'Website', behavior: 'Edit' },
    { field: 'ParentId', behavior: 'Edit' },
    { field: 'Type', behavior: 'Edit' },
    { field: 'Industry', behavior: 'Edit' },
  ],
  [LEAD]: [
    { field: 'Name', behavior: 'Required' },
    { field: 'Company', behavior: 'Required' },
    { field: 'Status', behavior: 'Required' },
    { field: 'OwnerId', behavior: 'Edit' },
    { field: 'Website', behavior: 'Edit' },
    { field: 'Email', behavior: 'Edit' },
  ],
}

/**
 * A page layout with our fields in a section of their own, read-only for people. It stands beside the org's layouts,
 * because a deployed layout replaces the one of its name. Null for an object whose layouts we do not know.
 */
export function layout(
  object: string,
  specs: readonly FieldSpec[],
): { readonly [element: string]: Xml } | null {
  const own = OWN_FIELDS[object]
  if (own === undefined) return null
  const ours = specs.filter(({ name }) => name !== KEY_FIELD && name !== LEAD_KEY_FIELD)
  return {
    layoutSections: [
      section('Information', own),
      section(
        'Open source usage',
        ours.map(({ name }) => ({ field: name, behavior: 'Readonly' })),
      ),
    ],
  }
}

function section(label: string, items: readonly { field: string; behavior: string }[]): Xml {
  const left = Math.ceil(items.length / 2)
  const column = (part: readonly { field: string; behavior: string }[]): Xml => ({
    layoutItems: part.map(({ field, behavior }) => ({ behavior, field })),
  })
  return {
    customLabel: true,
    detailHeading: true,
    editHeading: true,
    label,
    layoutColumns: [column(items.slice(0, left)), column(items.slice(left))],
    style: 'TwoColumnsTopToBottom',
  }
}
