import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

/** Leads and tasks are given to somebody. */
const gives: Check['applies'] = ({ capabilities: { leads, notices } }) =>
  leads !== undefined || notices.task !== undefined

function ownersOf({ crm }: Stage): { active: string; left: string } {
  if (crm.owners === undefined) throw new Error('leads or tasks are made: the harness must give crm.owners')
  return crm.owners
}

/** No CRM has an owner of this id. */
const NOBODY = 'nobody-has-this-id'

const activeOwners: Check = {
  id: 'owners-active',
  promise: 'activeOwners leaves out who left and who never was',
  per: 'connector',
  applies: gives,
  async run(stage) {
    const { active, left } = ownersOf(stage)
    const session = await stage.ready()
    const none = await session.activeOwners?.([], stage.hook())
    stage.must(none?.size === 0, 'of no owners some are active')
    const here = await session.activeOwners?.([left, active, NOBODY, active], stage.hook())
    stage.must(here?.has(active) === true, 'an active owner is left out')
    stage.must(here?.has(left) === false, 'an owner who left is active')
    stage.must(here?.has(NOBODY) === false, 'an owner whom nobody knows is active')
  },
}

const told: Check = {
  id: 'check-owners',
  promise: 'check tells the owners who left, in ownersGone and by a warning, as no problem',
  per: 'connector',
  applies: gives,
  async run(stage) {
    const { active, left } = ownersOf(stage)
    const { object } = stage.subject
    const session = await stage.ready()
    const owners = [active, left]
    const report = await session.check({ object, creates: false, owners }, stage.hook())
    const gone = [...(report.ownersGone ?? [])]
    stage.must(gone.length === 1 && gone[0] === left, `ownersGone is [${gone}], not [${left}]`)
    const isWarned = report.warnings.some(({ message }) => message.includes(left))
    stage.must(isWarned, 'no warning names the owner who left')
    for (const { message } of report.problems) stage.must(false, `a problem: ${message}`)
  },
}

export const OWNERS: readonly Check[] = [activeOwners, told]
