import type { Mapping } from '../../config/mapping.ts'
import { RequestFailed, SessionFault } from '../../contract/faults.ts'
import type { Field } from '../../contract/fields.ts'
import type { CheckProblem, Intent } from '../../contract/session.ts'
import type { Stage } from '../../domain/stage.ts'
import { compareMatch, type MatchFindings } from '../../plan/fields/compare-match.ts'
import { compareSchema } from '../../plan/fields/compare-schema.ts'
import { lackingTranslations } from '../../plan/fields/lacking-translations.ts'
import { neededFields, noticeTypes } from '../../plan/fields/needed-fields.ts'
import type { ConnectorSession } from '../session/connector-session.ts'

/** How a connector stands before anything is written through it. */
export interface ConnectorCheck {
  identity: string
  problems: readonly CheckProblem[]
  warnings: readonly CheckProblem[]
  /** Object → field name → field, as the CRM has them. */
  fields: ReadonlyMap<string, ReadonlyMap<string, Field>>
  /** Owners that the mapping names and who left. */
  ownersGone: ReadonlySet<string>
  /** False where this CRM, as it was bought, has no leads. */
  hasLeads: boolean
}

/** The code of the warning by which a connector says that this CRM has no leads. */
const LEADS_UNAVAILABLE = 'leads_unavailable'

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
    ...lackingCapabilities(connector, mapping),
  ]
  const warnings = [...report.warnings]
  const hasLeads = !report.warnings.some(({ code }) => code === LEADS_UNAVAILABLE)
  const asked = hasLeads ? mapping : { ...mapping, leads: null }
  for (const [object, wanted] of neededFields(asked, connector.capabilities, labels)) {
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
    const place = { connector: name, object, fieldAccess: connector.capabilities.fieldAccess }
    for (const problem of compareSchema(wanted, described, place)) {
      // A connector that can't find a notice by its key looks through the record's tasks: dearer, and no less sure.
      if (problem.code === 'not_unique' && isNoticeKey(connector, problem.field)) warnings.push(problem)
      else problems.push(problem)
    }
  }
  const matching = matchFindings(connector, mapping, fields)
  problems.push(...matching.problems)
  warnings.push(...matching.warnings)
  const ownersGone = new Set(report.ownersGone)
  return { identity: report.identity, problems, warnings, fields, ownersGone, hasLeads }
}

function matchFindings(
  { name, capabilities }: ConnectorSession,
  { object, match }: Mapping,
  fields: ConnectorCheck['fields'],
): MatchFindings {
  const own = fields.get(object)
  // It may not be looked at, or is none: that is a problem already.
  if (own === undefined) return { problems: [], warnings: [] }
  const place = { connector: name, object, fieldAccess: capabilities.fieldAccess }
  return compareMatch(match, [...own.values()], place)
}

const isNoticeKey = ({ capabilities }: ConnectorSession, field: string): boolean =>
  Object.values(capabilities.notices).some(({ key }) => key === field)

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

/** What the mapping wants beside the accounts' records and the connector does not have at all. */
function lackingCapabilities({ name, capabilities }: ConnectorSession, mapping: Mapping): CheckProblem[] {
  const lacks = (what: string, key: string): CheckProblem => ({
    code: 'lacking_capability',
    message: `${name}: the connector makes no ${what}`,
    hint: `Leave out ${key} in the mapping`,
  })
  return [
    ...(mapping.leads !== null && capabilities.leads === undefined ? [lacks('leads', 'leads:')] : []),
    ...(mapping.people !== null && capabilities.contacts === undefined ? [lacks('contacts', 'people:')] : []),
    ...noticeTypes(mapping)
      .filter(type => capabilities.notices[type] === undefined)
      .map(type => lacks(`${type}s`, `${type}: under on_stage_change: and on_risk_change:`)),
  ]
}

function intentOf(mapping: Mapping, { capabilities }: ConnectorSession): Intent {
  const { object, create, assign, fields, leads, people } = mapping
  const owner = assign.length === 0 ? undefined : capabilities.owner[create?.as ?? object]
  return {
    object,
    creates: create !== null,
    ...(create === null ? {} : { createsAs: create.as }),
    fields: [...new Set([...fields.map(({ to }) => to), ...(owner === undefined ? [] : [owner])])],
    owners: ownersNamed(mapping),
    leads: leads !== null && capabilities.leads !== undefined,
    contacts: people !== null && capabilities.contacts !== undefined,
    notices: noticeTypes(mapping).filter(type => capabilities.notices[type] !== undefined),
  }
}

/** Whom the mapping gives records, leads or tasks to. */
function ownersNamed({ assign, leads, onStageChange, onRiskChange }: Mapping): string[] {
  const fallbacks = [leads, ...onStageChange, ...onRiskChange].flatMap(choice =>
    choice !== null && 'fallbackOwner' in choice && choice.fallbackOwner !== null
      ? [choice.fallbackOwner]
      : [],
  )
  return [...new Set([...assign.map(each => each.owner), ...fallbacks])]
}

const unknownObject = ({ name, capabilities }: ConnectorSession, object: string): CheckProblem => ({
  code: 'unknown_object',
  message: `${name}: the connector knows no object "${object}"`,
  hint: `It knows ${Object.keys(capabilities.key).join(', ')}: change object: or create.as: in the mapping`,
})
