import fc from 'fast-check'
import { expect, it } from 'vitest'
import { LONGEST_BACK_OFF_MS } from '../../../src/state/outbox/ready-notices.ts'
import { backOffMs } from '../../../src/workflow/back-off.ts'

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

it('grows from a second to half a day, and lasts for days in all', () => {
  const waits = Array.from({ length: 11 }, (_, n) => backOffMs(n + 1, 0.999999))
  expect(waits.slice(0, 4).map(ms => Math.round(ms / 1_000))).toEqual([1, 4, 16, 64])
  expect(backOffMs(11, 1)).toBe(LONGEST_BACK_OFF_MS)
  expect(waits.reduce((all, ms) => all + ms, 0)).toBeGreaterThan(36 * 3_600_000)
})

it('is never shorter than half of its time, nor than what the receiver asks for, nor longer than the longest', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      random,
      fc.integer({ min: 0, max: 10 ** 10 }),
      (n, luck, asked) => {
        const ms = backOffMs(n, luck, asked)
        const whole = Math.min(4 ** (n - 1) * 1_000, LONGEST_BACK_OFF_MS)
        expect(ms).toBeGreaterThanOrEqual(Math.min(asked, LONGEST_BACK_OFF_MS))
        expect(ms).toBeGreaterThanOrEqual(Math.floor(whole / 2))
        expect(ms).toBeLessThanOrEqual(LONGEST_BACK_OFF_MS)
      },
    ),
  )
})
