import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shippedFile } from '../../../src/config/init/shipped.ts'
import { loadModel } from '../../../src/config/load-config.ts'
import type { Model } from '../../../src/config/model.ts'
import freeMail from '../../../src/store/free-mail.json' with { type: 'json' }
import { DEFAULT_MODEL } from '../../reference/default-model.ts'
import type { ModelLiteral } from '../../reference/model-literal.ts'
import { type Scenario, scenarios } from '../../reference/random-scenarios.ts'
import { reference } from '../../reference/reference.ts'
import { asReference, cleaningOf, inOneOrder, modelOf, rememberedOf } from './expected.ts'
import { MODELS } from './random-models.ts'
import { scoreRows } from './score-rows.ts'

/** Each case writes files, opens DuckDB and steps: a tenth of a second. `OQL_RUNS` asks for more by hand. */
const RUNS = Number(process.env.OQL_RUNS ?? 40)
const TIMEOUT_MS = 120_000 + RUNS * 1_000

async function expectSame(scenario: Scenario, literal: ModelLiteral, model: Model): Promise<void> {
  const { rows, asOf, remembered } = scenario
  // Put in here: a counterexample is shown whole, and the list has thousands of domains.
  const cleaning = { ...scenario.cleaning, freeMail }
  const expected = reference(rows, { model: literal, cleaning, asOf, remembered })
  const scored = await scoreRows(rows, {
    model,
    cleaning: cleaningOf(cleaning),
    types: cleaning.types,
    asOf,
    remembered: remembered.map(rememberedOf),
  })
  expect(inOneOrder(asReference(scored))).toEqual(inOneOrder(expected))
}

describe('the pipeline and the reference agree to the last digit', () => {
  it(
    'under the shipped model',
    async () => {
      const model = await loadModel(shippedFile('config/model.yaml'), {})
      await fc.assert(
        fc.asyncProperty(scenarios([]), scenario => expectSame(scenario, DEFAULT_MODEL, model)),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )

  it(
    'under any model',
    async () => {
      await fc.assert(
        fc.asyncProperty(scenarios([]), MODELS, (scenario, literal) =>
          expectSame(scenario, literal, modelOf(literal)),
        ),
        { numRuns: RUNS },
      )
    },
    TIMEOUT_MS,
  )
})
