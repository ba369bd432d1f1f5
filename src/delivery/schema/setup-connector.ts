import type { Mapping } from '../../config/mapping.ts'
import type { FieldSpec, SchemaStep } from '../../contract/fields.ts'
import { UserError } from '../../domain/errors.ts'
import type { Stage } from '../../domain/stage.ts'
import { compareSchema, lackingFields, type SchemaProblem } from '../../plan/fields/compare-schema.ts'
import { neededFields } from '../../plan/fields/needed-fields.ts'
import type { WantedField } from '../../plan/fields/wanted-fields.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

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
  for (const [object, needed] of neededFields(mapping, capabilities, labels)) {
    const { lacking, shut, conflicts } = await findLacking(connector, object, needed)
    steps.push(...conflicts.map(problem => conflict(problem, object)))
    const wanted = [...lacking, ...shut.map(({ spec }) => spec)]
    if (wanted.length === 0) continue
    const taken = await session.ensureSchema(object, wanted, { ...call, dryRun })
    steps.push(...taken, ...stillShut(shut, taken).map(problem => conflict(problem, object)))
  }
  return steps
}

/** A field that this user may not write. */
interface Shut {
  spec: FieldSpec
  problem: SchemaProblem
}

/** Those of which no step says anything: the connector can't open them. A step that grants access names what it opens. */
function stillShut(shut: readonly Shut[], taken: readonly SchemaStep[]): SchemaProblem[] {
  const names = ({ action, name, detail }: SchemaStep, field: string) =>
    name === field || (action === 'grant_access' && detail.includes(field))
  return shut.flatMap(({ problem }) => (taken.some(step => names(step, problem.field)) ? [] : [problem]))
}

async function findLacking(
  connector: ConnectorSession,
  object: string,
  wanted: readonly WantedField[] | null,
): Promise<{ lacking: FieldSpec[]; shut: Shut[]; conflicts: SchemaProblem[] }> {
  const { session, call, capabilities, name } = connector
  if (wanted === null) {
    throw new UserError(`${name}: the connector knows no object "${object}"`, {
      hint: `It knows ${Object.keys(capabilities.key).join(', ')}: change object: or create.as: in the mapping.`,
    })
  }
  const described = await session.describe(object, call)
  const problems = compareSchema(wanted, described, {
    connector: name,
    object,
    fieldAccess: capabilities.fieldAccess,
  })
  const specs = new Map(wanted.map(({ writes: _, ...spec }) => [spec.name, spec]))
  const lacking = lackingFields(wanted, described)
  const made = new Set(lacking.map(spec => spec.name))
  return {
    lacking,
    shut: problems.flatMap(problem => {
      const spec = specs.get(problem.field)
      const isOnlyShut = problem.code === 'read_only' && spec !== undefined && !made.has(problem.field)
      return isOnlyShut ? [{ spec, problem }] : []
    }),
    conflicts: problems.filter(({ code }) => !MADE_BY_ADDING.has(code)),
  }
}

/** `read_only`: whether access can be granted is the connector's to say. */
const MADE_BY_ADDING: ReadonlySet<SchemaProblem['code']> = new Set([
  'missing_field',
  'missing_options',
  'read_only',
])

const conflict = ({ field, message, hint }: SchemaProblem, object: string): SchemaStep => ({
  action: 'conflict',
  object,
  name: field,
  detail: hint === undefined ? message : `${message}: ${hint}`,
  done: false,
})
