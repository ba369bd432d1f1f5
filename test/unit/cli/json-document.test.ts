import { expect, test } from 'vitest'
import { streamJson } from '../../../src/cli/json-document.ts'
import { pretendTerminal } from './pretend-terminal.ts'

async function* items(count: number) {
  for (let id = 0; id < count; id++) yield { id, text: 'x'.repeat(100) }
}

test.each([
  [{ asOf: 'now', nested: { a: 1 } }, { accounts: 0 }],
  [{ asOf: 'now' }, { accounts: 3 }],
  [{}, { links: 2, ambiguous: 2 }],
  [{}, { links: 0, ambiguous: 0 }],
  [{ a: 1 }, { long: 5_000 }],
])('%j with lists of %j is one document', async (head, lengths) => {
  const { terminal, stdout } = pretendTerminal()
  const lists = Object.fromEntries(Object.entries(lengths).map(([name, length]) => [name, items(length)]))
  await streamJson(terminal, head, lists)
  const whole = await Promise.all(
    Object.entries(lengths).map(async ([name, length]) => [name, await Array.fromAsync(items(length))]),
  )
  expect(JSON.parse(stdout())).toEqual({ ...head, ...Object.fromEntries(whole) })
  expect(stdout().endsWith('}\n')).toBe(true)
})

test('a long list is written as it comes, not held', async () => {
  const { terminal, stdout } = pretendTerminal()
  let writtenAtHalf = 0
  async function* watched() {
    for await (const item of items(10_000)) {
      if (item.id === 5_000) writtenAtHalf = stdout().length
      yield item
    }
  }
  await streamJson(terminal, {}, { accounts: watched() })
  expect(writtenAtHalf).toBeGreaterThan(stdout().length * 0.4)
})
