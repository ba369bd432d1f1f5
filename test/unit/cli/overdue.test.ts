import { expect, test } from 'vitest'
import { isOverdue } from '../../../src/serve/overdue.ts'

const at = (text: string) => new Date(text)

test.each([
  ['never ran', '15 * * * *', 'UTC', null, '2025-06-02T10:00:00Z', true],
  ['ran at the last time', '15 * * * *', 'UTC', '2025-06-02T10:15:20Z', '2025-06-02T11:14:59Z', false],
  ['missed one while it was down', '15 * * * *', 'UTC', '2025-06-02T10:15:20Z', '2025-06-02T11:15:00Z', true],
  [
    'missed the night, by the time zone',
    '0 3 * * *',
    'Europe/Berlin',
    '2025-06-01T02:00:00Z',
    '2025-06-02T01:00:00Z',
    true,
  ],
  [
    'the night is still to come there',
    '0 3 * * *',
    'Europe/Berlin',
    '2025-06-01T02:00:00Z',
    '2025-06-02T00:59:59Z',
    false,
  ],
  ['a weekend without runs', '0 9 * * 1-5', 'UTC', '2025-06-06T09:00:10Z', '2025-06-08T20:00:00Z', false],
  ['seconds count', '30 15 * * * *', 'UTC', '2025-06-02T10:15:40Z', '2025-06-02T11:15:29Z', false],
  ['seconds passed', '30 15 * * * *', 'UTC', '2025-06-02T10:15:40Z', '2025-06-02T11:15:30Z', true],
  ['long ago', '0 0 1 1 *', 'UTC', '2025-05-01T00:00:00Z', '2025-06-02T10:00:00Z', true],
])('%s', (_case, cron, timezone, last, now, expected) => {
  const lastStarted = last === null ? null : at(last)
  expect(isOverdue({ cron, timezone }, lastStarted, at(now))).toBe(expected)
})
