import { expect, test } from 'vitest'
import { renderDrift } from '../../../src/cli/render-drift.ts'
import { pretendTerminal } from './pretend-terminal.ts'

test('no drift says no more than that: records that are gone or converted hold nothing of ours', async () => {
  const nothing = (async function* () {})()
  const text = await renderDrift(pretendTerminal().terminal, nothing)
  expect(text).toContain('nobody overwrote what we delivered')
  expect(text).not.toContain('every linked record')
})
