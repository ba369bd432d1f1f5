import type { Account } from '../../domain/account.ts'
import type { Value } from '../../domain/mappable.ts'
import { type PlannedChange, PRIORITIES } from '../../domain/planned-change.ts'
import { holds, type Lookup } from '../../domain/when.ts'
import { type ConnectorPlan, keyField } from '../connector-plan.ts'
import { accountSubject, firstValues, standIns } from '../fields/difference.ts'
import { mappableValues } from '../values/mappable-values.ts'

/** The record to make for an account that matched nothing; null where the mapping makes none for it. */
export function planCreate(plan: ConnectorPlan, account: Account, lookup: Lookup): PlannedChange | null {
  const { create } = plan.mapping
  if (create === null || !holds(create.when, lookup)) return null
  const subject = accountSubject(plan, create.as, mappableValues(account, plan.context))
  const filled = {
    ...standIns(plan, subject, account.domain),
    ...firstValues(plan, subject),
    ...ownerOf(plan, create.as, lookup),
    [keyField(plan, create.as)]: account.domain,
  }
  return {
    connector: plan.connector,
    kind: 'account',
    key: account.domain,
    domain: account.domain,
    object: create.as,
    remoteId: null,
    action: 'create',
    fields: Object.fromEntries(Object.entries(filled).map(([name, to]) => [name, { from: null, to }])),
    ifEmpty: [],
    associate: [],
    why: `no record yet, stage ${account.stage}`,
    priority: PRIORITIES.create,
  }
}

function ownerOf(plan: ConnectorPlan, object: string, lookup: Lookup): Record<string, Value> {
  const field = plan.capabilities.owner[object]
  const assigned = plan.mapping.assign.find(
    ({ when, owner }) => !plan.ownersGone.has(owner) && holds(when, lookup),
  )
  return field === undefined || assigned === undefined ? {} : { [field]: assigned.owner }
}
