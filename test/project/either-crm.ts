import type { HubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import type { SalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import { CRM_FIELDS, type CrmFields } from './crm-fields.ts'
import { type CrmName, startHubSpot, startSalesforce, type TestSandbox } from './sandboxes.ts'

type Values = Readonly<Record<string, string | number | boolean>>
type Texts = Readonly<Record<string, string>>

/** A CRM's sandbox as both are looked at and reached into: its companies alone. */
export interface EitherCrm extends Omit<CrmFields, 'ours'> {
  stage: string
  score: string
  reason: string
  key: string
  /** Id → what is set, without what the CRM itself keeps of a record. */
  records(): Map<string, Values>
  insert(fields: Texts): string
  update(id: string, fields: Texts): void
  remove(id: string): void
  /** As an admin brings back what was removed. */
  restore(id: string): void
  /** Two become one; answers the id of what is left. */
  merge(primaryId: string, otherId: string): string
  /** As one that was made long ago and is visible only now. */
  insertLate(fields: Texts): string
  /** Time goes by there. */
  advance(ms: number): void
  counts(): { read: number; write: number }
  resetCounts(): void
  /** The next so many writes get no answer though they are carried out. */
  loseAnswers(times: number): void
  /** Calls `then` when the n-th write from now arrives; it is carried out. */
  onWrite(n: number, then: () => void): void
}

/** @param which another account of the same CRM has another id */
export async function startEither(
  name: CrmName,
  which: 'first' | 'another' = 'first',
): Promise<TestSandbox<EitherCrm>> {
  const isFirst = which === 'first'
  if (name === 'hubspot') {
    const { control, config } = await startHubSpot({ unlimited: true, ...(isFirst ? {} : { portalId: 999 }) })
    return { config, control: hubSpot(control) }
  }
  const other = isFirst ? {} : { orgId: '00D5g00000Other' }
  const { control, config } = await startSalesforce({ unlimited: true, ...other })
  return { config, control: salesforce(control) }
}

const LONG_AGO = '2020-01-01T00:00:00.000Z'

function hubSpot(control: HubSpotSandbox['control']): EitherCrm {
  const { object } = CRM_FIELDS.hubspot
  return {
    ...inBoth(CRM_FIELDS.hubspot, control),
    records: () => new Map(control.records(object).map(({ id, properties }) => [id, kept(properties)])),
    insertLate: fields => control.insert(object, { ...fields, createdate: LONG_AGO }).id,
    remove: id => control.archive(object, id),
  }
}

function salesforce(control: SalesforceSandbox['control']): EitherCrm {
  const { object } = CRM_FIELDS.salesforce
  return {
    ...inBoth(CRM_FIELDS.salesforce, control),
    records: () => new Map(control.records(object).map(({ id, fields }) => [id, kept(fields)])),
    insertLate: fields => control.insert(object, { ...fields, CreatedDate: LONG_AGO }).id,
    remove: id => control.delete(object, id),
  }
}

/** What both sandboxes are asked in the same words. */
interface Control {
  insert(object: string, fields: Texts): { id: string }
  update(object: string, id: string, fields: Texts): unknown
  restore(object: string, id: string): unknown
  merge(object: string, primaryId: string, otherId: string): { id: string }
  advance(ms: number): void
  counters(): { read: number; write: number }
  resetCounters(): void
  fault(fault: {
    trouble: { kind: 'reset'; at: 'after_commit' | 'before_commit' }
    kind: 'write'
    times?: number
    every?: number
    when?: () => boolean
  }): void
}

const inBoth = ({ ours, ...fields }: CrmFields, control: Control) => ({
  ...fields,
  stage: ours('stage'),
  score: ours('score'),
  reason: ours('reason'),
  key: ours('domain'),
  insert: (values: Texts) => control.insert(fields.object, values).id,
  update: (id: string, values: Texts) => void control.update(fields.object, id, values),
  restore: (id: string) => void control.restore(fields.object, id),
  merge: (primaryId: string, otherId: string) => control.merge(fields.object, primaryId, otherId).id,
  advance: (ms: number) => control.advance(ms),
  counts: () => control.counters(),
  resetCounts: () => control.resetCounters(),
  loseAnswers: (times: number) =>
    control.fault({ trouble: { kind: 'reset', at: 'after_commit' }, kind: 'write', times }),
  onWrite(n: number, then: () => void) {
    let seen = 0
    const when = () => {
      if (++seen === n) then()
      return false
    }
    control.fault({ trouble: { kind: 'reset', at: 'before_commit' }, kind: 'write', every: 1, when })
  },
})

/** What a CRM keeps of every record by itself. */
const OF_THE_CRM = /^(createdate|hs_lastmodifieddate|hs_object_|SystemModstamp|LastModified|Created)/

const kept = (values: Readonly<Record<string, unknown>>): Values =>
  Object.fromEntries(
    Object.entries(values).flatMap(([field, value]) =>
      OF_THE_CRM.test(field) || value === '' || value === null || value === undefined
        ? []
        : [[field, typeof value === 'number' || typeof value === 'boolean' ? value : String(value)]],
    ),
  )
