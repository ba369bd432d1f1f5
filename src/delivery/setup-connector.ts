import type { Mapping } from '../config/mapping.ts'
import type { FieldSpec, SchemaStep } from '../contract/fields.ts'
import { UserError } from '../domain/errors.ts'
import type { Stage } from '../domain/stage.ts'
import { compareSchema, lackingFields, type SchemaProblem } from '../plan/compare-schema.ts'
import { objectsOf, wantedOf } from './check-connector.ts'
import type { ConnectorSession } from './connector-session.ts'

/**
 * Makes the fields and options that the mapping needs and the CRM lacks. What stands in the way and can't be made
 * right by adding is a `conflict` step; the others are taken all the same.
 * @param dryRun true: nothing is written, the steps are those that would be taken
 */
export async function setupConnector(
  connector: ConnectorSession,
  mapping: Mapping,
  labels: Readonly<Record<Stage, string>>,
  dryRun: boolean,
): Promise<SchemaStep[]> {
  const { session, call, capabilities, name } = connector
  if (!capabilities.schema) {
    throw new UserError(`${name}: this connector can't make fields`, {
      hint: '`oql check` lists what is lacking, to be made by hand in the CRM.',
    })
  }
  const steps: SchemaStep[] = []
  for (const object of objectsOf(mapping)) {
    const { lacking, conflicts } = await findLacking(connector, mapping, object, labels)
    steps.push(...conflicts)
    if (lacking.length > 0) steps.push(...(await session.ensureSchema(object, lacking, { ...call, dryRun })))
  }
  return steps
}

async function findLacking(
  connector: ConnectorSession,
  mapping: Mapping,
  object: string,
  labels: Readonly<Record<Stage, string>>,
): Promise<{ lacking: FieldSpec[]; conflicts: SchemaStep[] }> {
  const { session, call, capabilities, name } = connector
  const wanted = wantedOf(connector, mapping, object, labels)
  if (wanted === null) {
    throw new UserError(`${name}: the connector knows no object "${object}"`, {
      hint: `It knows ${capabilities.objects.join(', ')}: change object: or create.as: in the mapping.`,
    })
  }
  const described = await session.describe(object, call)
  const problems = compareSchema(wanted, described, { connector: name, object })
  return {
    lacking: lackingFields(wanted, described),
    conflicts: problems
      .filter(({ code }) => !MADE_BY_ADDING.has(code))
      .map(problem => conflict(problem, object)),
  }
}

const MADE_BY_ADDING: ReadonlySet<SchemaProblem['code']> = new Set(['missing_field', 'missing_options'])

const conflict = ({ field, message, hint }: SchemaProblem, object: string): SchemaStep => ({
  action: 'conflict',
  object,
  name: field,
  detail: hint === undefined ? message : `${message}: ${hint}`,
  done: false,
})
