import { describe, expect, it } from 'vitest'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import { openState } from '../../../src/state/state.ts'
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import { PLAIN_CLEANING } from '../../reference/plain-cleaning.ts'
import { type ReferenceAccount, reference } from '../../reference/reference.ts'
import { stepTime, WORKED_COMPANIES } from '../../reference/worked-companies.ts'
import { asReference, cleaningOf } from './expected.ts'
import { inFolder, scoreSources, writeSources } from './score-rows.ts'

/** A week after the last move of the table. */
const LAST_WEEK = 62
const MINUTES_MS = 5 * 60_000

describe('the worked examples of MODEL.md §7', () => {
  it(
    'week by week through the pipeline, with the state carried on',
    async () => {
      const model = await loadModel(shippedFile('config/model.yaml'), {})
      const rows = WORKED_COMPANIES.flatMap(company => company.rows)
      const cleaning = cleaningOf(PLAIN_CLEANING)
      const moves = new Map(WORKED_COMPANIES.map(({ domain }) => [domain, [] as unknown[]]))
      const state = await openState('sqlite::memory:')
      try {
        await inFolder(async folder => {
          const sources = await writeSources(folder, rows, {})
          let remembered: readonly ReferenceAccount[] = []
          for (let week = 1; week <= LAST_WEEK; week++) {
            const asOf = stepTime(week)
            const scored = asReference(await scoreSources(folder, sources, { model, cleaning, asOf, state }))
            const expected = reference(rows, {
              model: DEFAULT_MODEL,
              cleaning: PLAIN_CLEANING,
              asOf,
              remembered,
            })
            expect(scored).toEqual(expected)
            remembered = expected.accounts
            for (const { domain, direction, stage, points } of scored.accounts) {
              if (direction !== null)
                moves.get(domain)?.push([week, stage, stage === 'inactive' ? null : points])
            }
          }
        })
      } finally {
        await state.close()
      }
      expect([...moves.values()]).toEqual(WORKED_COMPANIES.map(({ stages }) => stages))
    },
    MINUTES_MS,
  )
})
