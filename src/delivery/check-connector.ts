import type { Mapping } from '../config/mapping.ts'
import { RequestFailed, SessionFault } from '../contract/faults.ts'
import type { Field } from '../contract/fields.ts'
import type { CheckProblem, Intent } from '../contract/session.ts'
import type { Stage } from '../domain/stage.ts'
import { compareSchema } from '../plan/compare-schema.ts'
import { lackingTranslations } from '../plan/lacking-translations.ts'
import { linesOf } from '../plan/lines-of.ts'
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
    : wantedFields(linesOf(mapping, object), key, labels)
}

/** Asks the CRM who we are and what is lacking: all of it at once. Reads only. */
export async function checkConnector(
  connector: ConnectorSession,
  mapping: Mapping,
  labels: Readonly<Record<Stage, string>>,
): Promise<ConnectorCheck> {
  const { session, call, name } = connector
  const report = await session.check(intentOf(mapping, connector), call)
  const fields = new Map<string, ReadonlyMap<string, Field>>()
  const problems: CheckProblem[] = [
    ...report.problems,
    ...lackingTranslations(mapping, name),
    ...createProblems(connector, mapping),
  ]
  for (const object of objectsOf(mapping)) {
    const wanted = wantedOf(connector, mapping, object, labels)
    if (wanted === null) {
      problems.push(unknownObject(connector, object))
      continue
    }
    const described = await session.describe(object, call).catch((error: unknown) => {
      // Who may not look at anything is told that already.
      if (report.problems.length > 0 && isCrmFault(error)) return null
      throw error
    })
    if (described === null) continue
    fields.set(object, new Map(described.map(field => [field.name, field])))
    problems.push(...compareSchema(wanted, described, { connector: name, object }))
  }
  return { identity: report.identity, problems, warnings: report.warnings, fields }
}

const isCrmFault = (error: unknown): boolean =>
  error instanceof RequestFailed || error instanceof SessionFault

/** What keeps records from being made, or from being made only once. */
function createProblems({ name, capabilities }: ConnectorSession, { create }: Mapping): CheckProblem[] {
  if (create === null || !capabilities.objects.includes(create.as)) return []
  if (!capabilities.creates.includes(create.as)) {
    const hint = `It makes ${capabilities.creates.join(', ') || 'none'}: change or leave out create: in the mapping`
    return [{ code: 'cannot_create', message: `${name}: the connector can't make ${create.as}`, hint }]
  }
  const key = capabilities.key[create.as]
  const isSafe =
    capabilities.idempotentCreates.includes(create.as) ||
    (key !== undefined && (capabilities.readBy[create.as] ?? []).includes(key))
  if (isSafe) return []
  const message = `${name}: a lost answer could make a second record of ${create.as}, and it can't be looked for by its key`
  return [{ code: 'unsafe_create', message, hint: 'Leave out create: in the mapping' }]
}

function intentOf({ object, create, assign, fields }: Mapping, { capabilities }: ConnectorSession): Intent {
  const owner = assign.length === 0 ? undefined : capabilities.owner[create?.as ?? object]
  return {
    object,
    creates: create !== null,
    ...(create === null ? {} : { createsAs: create.as }),
    fields: [...new Set([...fields.map(({ to }) => to), ...(owner === undefined ? [] : [owner])])],
    owners: [...new Set(assign.map(each => each.owner))],
  }
}

const unknownObject = ({ name, capabilities }: ConnectorSession, object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `${name}: the connector knows no object "${object}"`,
  hint: `It knows ${capabilities.objects.join(', ')}: change object: or create.as: in the mapping`,
})
