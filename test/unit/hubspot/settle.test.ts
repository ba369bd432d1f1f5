import fc from 'fast-check'
import nock from 'nock'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change } from '../../../src/contract/index.ts'
import { complete, countedCall, openSession, paths, portal, record, withProperties } from './portal.ts'

beforeEach(() => nock.disableNetConnect())
afterEach(() => {
  nock.cleanAll()
  nock.enableNetConnect()
})

interface Sent {
  id: string
  objectWriteTraceId: string
}

const fate = fc.record({
  outcome: fc.constantFrom('written', 'refused', 'missing', 'silent'),
  traced: fc.boolean(),
})

test('every batch of updates has one result for each key, whatever the order and whatever names its records', async () => {
  const session = await openSession()
  withProperties(portal())
  await session.describe('companies', countedCall())
  const fates = fc.array(fate, { minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(fates, fc.infiniteStream(fc.nat()), async (planned, numbers) => {
      const shuffled = <T>(members: T[]): T[] =>
        members
          .map(member => ({ member, place: numbers.next().value }))
          .sort((left, right) => left.place - right.place)
          .map(({ member }) => member)
      const changes = planned.map(
        (_, index): Change => ({
          key: `k${index}.com`,
          object: 'companies',
          remoteId: String(1000 + index),
          fields: { name: 'x' },
        }),
      )
      portal()
        .post(paths.batchUpdate)
        .reply(async (request: Request) => {
          const { inputs }: { inputs: Sent[] } = JSON.parse(await request.text())
          const of = (outcome: string) => inputs.filter((_, index) => planned[index]?.outcome === outcome)
          const isTraced = (input: Sent) => planned[inputs.indexOf(input)]?.traced === true
          const results = of('written').map(input =>
            record(input.id, {}, isTraced(input) ? { objectWriteTraceId: input.objectWriteTraceId } : {}),
          )
          const errors = [
            ...of('refused').map(input => ({
              category: 'VALIDATION_ERROR',
              message: `bad ${input.id}`,
              context: isTraced(input)
                ? { objectWriteTraceId: [input.objectWriteTraceId] }
                : { ids: [input.id] },
            })),
            ...of('missing').map(input => ({ category: 'OBJECT_NOT_FOUND', context: { ids: [input.id] } })),
          ]
          return [
            numbers.next().value % 2 ? 200 : 207,
            complete(shuffled(results), { errors: shuffled(errors) }),
          ]
        })
      const results = await session.write(changes, countedCall())
      expect(results.map(({ key }) => key).sort()).toEqual(changes.map(({ key }) => key).sort())
      const told = new Map(results.map(result => [result.key, result]))
      planned.forEach(({ outcome }, index) => {
        const result = told.get(`k${index}.com`)
        if (outcome === 'written') expect(result).toMatchObject({ remoteId: String(1000 + index) })
        else {
          const kind = { refused: 'invalid', missing: 'gone', silent: 'unknown_outcome' }[outcome]
          expect(result).toMatchObject({ status: 'failed', failure: { kind } })
        }
      })
    }),
    { numRuns: 60 },
  )
})
