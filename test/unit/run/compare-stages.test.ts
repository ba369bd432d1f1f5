import { expect, test } from 'vitest'
import { stageNamed } from '../../../src/run/compare/compare-stages.ts'

test.each([
  ['Ongoing Usage', 'ongoing_usage'],
  [' ONGOING-USAGE ', 'ongoing_usage'],
  ['ongoing_usage', 'ongoing_usage'],
  ['Interest', 'interest'],
  ['Churned', null],
  ['', null],
  ['usage', null],
])('%j is the stage %s', (text, stage) => {
  expect(stageNamed(text)).toBe(stage)
})
