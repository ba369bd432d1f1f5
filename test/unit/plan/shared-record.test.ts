import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STAGES } from '../../../src/domain/stage.ts'
import {
  compareSpeakers,
  latestDelivered,
  type Speaker,
  speakerOf,
} from '../../../src/plan/account/shared-record.ts'
import { daysBefore, delivered } from './situations.ts'

const speaker = (domain: string, stage: Speaker['stage'], score: number): Speaker => ({
  domain,
  stage,
  score,
})

test('the highest stage speaks, then the score, then the domain', () => {
  const order = [
    speaker('z.com', 'ongoing_usage', 1),
    speaker('y.com', 'experimentation', 9),
    speaker('a.com', 'experimentation', 3),
    speaker('b.com', 'experimentation', 3),
    speaker('x.com', 'investigation', 99),
    speaker('w.com', 'interest', 0),
    speaker('v.com', 'inactive', 0),
  ]
  expect(order.toReversed().sort(compareSpeakers)).toEqual(order)
})

test('one speaks, whatever order they come in; of none, none', () => {
  const speakers = fc.uniqueArray(
    fc.record({
      domain: fc.domain(),
      stage: fc.constantFrom(...STAGES),
      score: fc.integer({ min: 0, max: 3 }),
    }),
    { selector: one => one.domain },
  )
  fc.assert(
    fc.property(speakers, list => {
      expect(speakerOf(list)).toBe(list.toSorted(compareSpeakers)[0])
      expect(speakerOf(list.toReversed())).toBe(speakerOf(list))
    }),
  )
})

test('a shared record holds what was written last, whoever it was', () => {
  const [old, late, read] = [delivered({}, daysBefore(3)), delivered({}, daysBefore(1)), delivered({}, null)]
  expect(latestDelivered([old, late, read])).toBe(late)
  expect(latestDelivered([read])).toBe(read)
  expect(latestDelivered([])).toBeNull()
})
