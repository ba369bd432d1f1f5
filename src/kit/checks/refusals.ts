import type { Change, Session } from '../../contract/index.ts'
import * as change from '../changes.ts'
import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const POISON = 'kit poison'

const poison: Check = {
  id: 'poisoned-record',
  promise: 'a record that the CRM refuses hurts only itself',
  per: 'object',
  async run(stage) {
    const session = await stage.ready()
    await stage.crm.poison(stage.subject.object, POISON)
    await mustHurtItselfAlone(stage, session)
  },
}

const whole: Check = {
  id: 'whole-batch-refusal',
  promise: 'a batch that the CRM refuses as a whole for one record is written but for that one',
  per: 'object',
  applies: ({ harness }) => harness.alsoTells?.includes('whole') ?? false,
  async run(stage) {
    const session = await stage.ready()
    await stage.crm.poison(stage.subject.object, POISON, 'whole')
    await mustHurtItselfAlone(stage, session)
  },
}

async function mustHurtItselfAlone(stage: Stage, session: Session): Promise<void> {
  for (const { changes, bad, sound } of await poisoned(stage, 1)) {
    const of = change.wayOf(changes)
    const results = await session.write(changes, stage.hook())
    change.mustAnswerAll(stage, changes, results, of)
    await change.mustHaveWritten(stage, sound, results, of)
    for (const { key } of bad) {
      const said = change.said(change.resultOf(results, key))
      stage.must(said === 'invalid', `${of}: what the CRM refuses is ${said}, not invalid`)
    }
  }
}

const ownerless: Check = {
  id: 'ownerless-error',
  promise: 'an error that does not say which record it is about refuses no sound one',
  per: 'object',
  applies: ({ harness }) => harness.alsoTells?.includes('unnamed') ?? false,
  async run(stage) {
    const { object } = stage.subject
    const session = await stage.ready()
    await stage.crm.poison(object, POISON, 'unnamed')
    for (const { changes, bad, sound } of await poisoned(stage, 2)) {
      const of = change.wayOf(changes)
      const results = await session.write(changes, stage.hook())
      change.mustAnswerAll(stage, changes, results, of)
      const saidOf = ({ key }: Change) => change.said(change.resultOf(results, key))
      for (const one of sound) {
        const isSpared = change.isDone(change.resultOf(results, one.key)) || saidOf(one) === OPEN
        stage.must(isSpared, `${of}: ${one.key} is sound, and is ${saidOf(one)}`)
      }
      for (const one of bad) {
        const isTold = ['invalid', OPEN].includes(saidOf(one))
        stage.must(isTold, `${of}: what the CRM refuses is ${saidOf(one)}`)
      }
      // A create that is sent twice could make two: those the core looks for first.
      if (of === 'create' && !stage.connector.capabilities.idempotentCreates.includes(object)) continue
      await mustStandAlone(
        stage,
        session,
        changes.filter(one => saidOf(one) === OPEN),
      )
    }
  },
}

/** What may have been made or not: the core asks for it, and sends it again. */
const OPEN = 'unknown_outcome'

/** Sent again alone, each is what it is. */
async function mustStandAlone(stage: Stage, session: Session, open: readonly Change[]): Promise<void> {
  for (const one of open) {
    const result = change.resultOf(await session.write([one], stage.hook()), one.key)
    const isBad = one.fields[stage.subject.note] === POISON
    const isRight = isBad ? change.said(result) === 'invalid' : change.isDone(result)
    const what = isBad ? 'is refused' : 'is sound'
    stage.must(isRight, `${one.key} ${what}, and sent alone it is ${change.said(result)}`)
  }
}

/** Batches of five sound changes, of each way, with so many between them that the CRM refuses. */
async function poisoned(stage: Stage, count: number) {
  return (await change.everyWay(stage, 5 + count, 'sound')).map(all => {
    const bad = all
      .slice(0, count)
      .map(one => ({ ...one, fields: { ...one.fields, [stage.subject.note]: POISON } }))
    const sound = all.slice(count)
    return { bad, sound, changes: [...sound.slice(0, 2), ...bad, ...sound.slice(2)] }
  })
}

/** What a record that the CRM refuses does to those that are sent with it. */
export const REFUSALS: readonly Check[] = [poison, whole, ownerless]
