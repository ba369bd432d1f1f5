import type { Mapping } from '../config/mapping.ts'
import type { Field } from '../contract/fields.ts'
import type { CheckProblem, Intent } from '../contract/session.ts'
import type { Stage } from '../domain/stage.ts'
import { compareSchema } from '../plan/compare-schema.ts'
import { type WantedField, wantedFields } from '../plan/wanted-fields.ts'
import type { ConnectorSession } from './connector-session.ts'

/** How a connector stands before anything is written through it. */
export interface ConnectorCheck {
  identity: string
  problems: readonly CheckProblem[]
  warnings: readonly CheckProblem[]
  /** Object → field name → field, as the CRM has them. */
  fields: ReadonlyMap<string, ReadonlyMap<string, Field>>
}

/** The objects that a mapping reads or writes. */
export const objectsOf = ({ object, create }: Mapping): string[] => [
  ...new Set([object, ...(create === null ? [] : [create.as])]),
]

/** The fields that an object must have, or null where the connector does not know the object. */
export function wantedOf(
  { capabilities }: ConnectorSession,
  mapping: Mapping,
  object: string,
  labels: Readonly<Record<Stage, string>>,
): WantedField[] | null {
  const key = capabilities.key[object]
  return key === undefined || !capabilities.objects.includes(object)
    ? null
    : wantedFields(mapping, key, labels)
}

/** Asks the CRM who we are and what is lacking: all of it at once. Reads only. */
export async function checkConnector(
  connector: ConnectorSession,
  mapping: Mapping,
  labels: Readonly<Record<Stage, string>>,
): Promise<ConnectorCheck> {
  const { session, call, name } = connector
  const report = await session.check(intentOf(mapping), call)
  const fields = new Map<string, ReadonlyMap<string, Field>>()
  const problems: CheckProblem[] = [...report.problems]
  for (const object of objectsOf(mapping)) {
    const wanted = wantedOf(connector, mapping, object, labels)
    if (wanted === null) {
      problems.push(unknownObject(connector, object))
      continue
    }
    if (report.problems.length > 0) continue
    const described = await session.describe(object, call)
    fields.set(object, new Map(described.map(field => [field.name, field])))
    problems.push(...compareSchema(wanted, described, { connector: name, object }))
  }
  return { identity: report.identity, problems, warnings: report.warnings, fields }
}

function intentOf({ object, create, assign }: Mapping): Intent {
  return { object, creates: create !== null, owners: [...new Set(assign.map(({ owner }) => owner))] }
}

const unknownObject = ({ name, capabilities }: ConnectorSession, object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `${name}: the connector knows no object "${object}"`,
  hint: `It knows ${capabilities.objects.join(', ')}: change object: or create.as: in the mapping`,
})
