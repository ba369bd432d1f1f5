import { expect, test } from 'vitest'
import type { FieldMapping, Mapping } from '../../../src/config/mapping.ts'
import { STAGES } from '../../../src/domain/stage.ts'
import { lackingTranslations } from '../../../src/plan/fields/lacking-translations.ts'

const line = (from: string, values?: Record<string, string>): FieldMapping => ({
  from,
  to: `crm_${from}`,
  write: 'always',
  onNull: 'clear',
  trigger: false,
  values,
})

const mapping = (...fields: FieldMapping[]): Mapping => ({
  object: 'companies',
  match: { by: 'domain', skip: null, prefer: [] },
  create: null,
  assign: [],
  fields,
  refreshAfterMs: null,
  leads: null,
  people: null,
  onStageChange: [],
  onRiskChange: [],
})

test('options without a translation are named, with connector and field', () => {
  const [problem, ...others] = lackingTranslations(
    mapping(line('stage', { ongoing_usage: 'Ongoing', inactive: 'Gone', interest: 'New' })),
    'hubspot',
  )
  expect(problem).toMatchObject({
    code: 'missing_translation',
    message: 'hubspot: the values: of field crm_stage have no translation for investigation, experimentation',
  })
  expect(others).toEqual([])
})

test('nothing lacks where all are there, where nothing is translated, or where any text may come', () => {
  const whole = Object.fromEntries(STAGES.map(stage => [stage, stage]))
  expect(
    lackingTranslations(
      mapping(line('stage', whole), line('trend'), line('country', { DE: 'Germany' })),
      'hubspot',
    ),
  ).toEqual([])
})
