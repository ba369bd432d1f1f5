import type { Account } from '../domain/account.ts'
import type { Value } from '../domain/mappable.ts'
import { type PlannedChange, PRIORITIES } from '../domain/planned-change.ts'
import { holds, type Lookup } from '../domain/when.ts'
import { type ConnectorPlan, keyField, nameFields, shapeOf } from './connector-plan.ts'
import { mappableValues } from './mappable-values.ts'
import { wantedValue } from './wanted-value.ts'

/** The record to make for an account that matched nothing; null where the mapping makes none for it. */
export function planCreate(plan: ConnectorPlan, account: Account, lookup: Lookup): PlannedChange | null {
  const { create } = plan.mapping
  if (create === null || !holds(create.when, lookup)) return null
  const filled = {
    ...Object.fromEntries(nameFields(plan, create.as).map(name => [name, account.domain])),
    ...mappedValues(plan, create.as, account),
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

/** A new record is empty: every line is written, but what has no value. */
function mappedValues(plan: ConnectorPlan, object: string, account: Account): Record<string, Value> {
  const valueNamed = mappableValues(account, plan.context)
  return Object.fromEntries(
    plan.mapping.fields.flatMap(line => {
      const value = wantedValue(line, shapeOf(plan, object, line), valueNamed)
      return value === undefined || value === null ? [] : [[line.to, value]]
    }),
  )
}

function ownerOf(plan: ConnectorPlan, object: string, lookup: Lookup): Record<string, Value> {
  const field = plan.capabilities.owner[object]
  const assigned = plan.mapping.assign.find(({ when }) => holds(when, lookup))
  return field === undefined || assigned === undefined ? {} : { [field]: assigned.owner }
}
