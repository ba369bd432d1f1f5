import type { Mapping } from '../../config/mapping.ts'
import type { Capabilities } from '../../contract/connector.ts'
import type { NoticeType } from '../../contract/notices.ts'
import type { Stage } from '../../domain/stage.ts'
import { linesOf } from '../related/lines-of.ts'
import { keyField, mapped, type WantedField, wantedFields } from './wanted-fields.ts'

export type Needs = Pick<Capabilities, 'objects' | 'key' | 'leads' | 'contacts' | 'notices'>
type Labels = Readonly<Record<Stage, string>>

/**
 * The fields that a mapping needs, by object: of the records of accounts, of leads and contacts beside them, and of what
 * notices make. Null where the connector does not know the object.
 */
export function neededFields(
  mapping: Mapping,
  capabilities: Needs,
  labels: Labels,
): Map<string, WantedField[] | null> {
  const needed = new Map<string, WantedField[] | null>()
  for (const object of new Set([mapping.object, ...(mapping.create === null ? [] : [mapping.create.as])])) {
    const key = capabilities.objects.includes(object) ? capabilities.key[object] : undefined
    needed.set(object, key === undefined ? null : wantedFields(linesOf(mapping, object), key, labels))
  }
  for (const [object, fields] of beside(mapping, capabilities, labels)) {
    const before = needed.get(object) ?? []
    const there = new Set(before.map(({ name }) => name))
    needed.set(object, [...before, ...fields.filter(({ name }) => !there.has(name))])
  }
  return needed
}

/** What stands beside the records of accounts, as far as the connector has it: what it lacks `check` tells. */
function beside(
  mapping: Mapping,
  { leads, contacts, notices }: Needs,
  labels: Labels,
): [string, WantedField[]][] {
  const lead = mapping.leads === null ? undefined : leads
  const contact = mapping.people === null ? undefined : contacts
  const made: [string, WantedField[]][] = []
  if (lead !== undefined) {
    const key = keyField(lead.key, 'Names a lead that was made for an account')
    made.push([lead.object, [key, ...mapped(mapping.leads?.fields ?? [], lead.key, labels)]])
  }
  // The CRM's own field for emails is there.
  if (contact !== undefined) {
    made.push([contact.object, mapped(mapping.people?.fields ?? [], contact.email, labels)])
  }
  for (const type of noticeTypes(mapping)) {
    const notice = notices[type]
    if (notice === undefined) continue
    const key = keyField(notice.key, 'Names the notice that this was made for', notice.unique === true)
    made.push([notice.object, [key, ...notice.fields]])
  }
  return made
}

/** What the mapping's actions make, each type once. */
export const noticeTypes = ({ onStageChange, onRiskChange }: Mapping): NoticeType[] => [
  ...new Set([...onStageChange, ...onRiskChange].map(({ type }) => type)),
]
