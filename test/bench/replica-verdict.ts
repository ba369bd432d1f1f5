import type { Told, World } from './replica-world.ts'

/** What must be nought. Domains, or changes by domain, direction and day. */
export interface Wrongs {
  recordsTwice: string[]
  recordsMissing: string[]
  recordsThatDiffer: string[]
  tasksTwice: string[]
  tasksMissing: string[]
  changesNotTold: string[]
  changesWithManyIds: string[]
  toldOutOfOrder: string[]
}

/** What a world holds in the end: record and account's fields, tasks by what they say, and what was told in which order. */
export interface Held {
  records: { crm: string; domain: string; fields: string }[]
  tasks: string[]
  told: readonly Told[]
}

export function heldBy({ crms, told }: World): Held {
  const companies = crms.hubspot
    .records('companies')
    .map(({ properties }) => record('hubspot', properties.domain, properties))
  const accounts = crms.salesforce
    .records('Account')
    .map(({ fields }) => record('salesforce', fields.Website, fields))
  const tasks = [
    ...crms.hubspot.records('tasks').map(({ properties }) => `hubspot ${properties.hs_task_subject}`),
    ...crms.salesforce.records('Task').map(({ fields }) => `salesforce ${fields.Subject}`),
  ]
  return { records: [...companies, ...accounts], tasks, told: [...told] }
}

/** What we wrote to a record, as one text to compare. */
function record(crm: string, domain: unknown, fields: Readonly<Record<string, unknown>>) {
  const ours = Object.entries(fields).filter(
    ([name]) => /^oql_/i.test(name) || /^(name|domain|website)$/i.test(name),
  )
  return { crm, domain: String(domain), fields: JSON.stringify(ours.sort()) }
}

/** What differs from a world that nobody disturbed, and what is there twice. */
export function wrongsIn(held: Held, undisturbed: Held): Wrongs {
  const recordOf = (one: { crm: string; domain: string }) => `${one.crm} ${one.domain}`
  const byRecord = new Map(held.records.map(one => [recordOf(one), one.fields]))
  const wanted = new Map(undisturbed.records.map(one => [recordOf(one), one.fields]))
  const idsOf = Map.groupBy(held.told, changeOf)
  const distinctIds = (change: string) => new Set(idsOf.get(change)?.map(({ id }) => id)).size
  const tasks = new Set(held.tasks)
  return {
    recordsTwice: twice(held.records.map(recordOf)),
    recordsMissing: [...wanted.keys()].filter(one => !byRecord.has(one)),
    recordsThatDiffer: [...byRecord].flatMap(([one, fields]) => (wanted.get(one) === fields ? [] : [one])),
    tasksTwice: twice(held.tasks),
    tasksMissing: [...new Set(undisturbed.tasks)].filter(task => !tasks.has(task)),
    changesNotTold: [...new Set(undisturbed.told.map(changeOf))].filter(change => !idsOf.has(change)),
    changesWithManyIds: [...idsOf.keys()].filter(change => distinctIds(change) > 1),
    toldOutOfOrder: [...Map.groupBy(held.told, ({ channel, domain }) => `${channel} ${domain}`)].flatMap(
      ([one, told]) => (isInOrder(told) ? [] : [one]),
    ),
  }
}

export const changeOf = ({ channel, domain, direction, since }: Told): string =>
  `${channel} ${domain} ${direction} ${since}`

const twice = (all: readonly string[]): string[] =>
  [...Map.groupBy(all, one => one)].flatMap(([one, some]) => (some.length > 1 ? [one] : []))

/** What is told again comes before the next change too. */
const isInOrder = (told: readonly Told[]): boolean =>
  told.every(({ since }, n) => n === 0 || since >= (told[n - 1]?.since ?? since))
