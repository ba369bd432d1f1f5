import { expect, test } from 'vitest'
import { showProgress } from '../../../src/cli/progress.ts'
import { pretendTerminal } from './pretend-terminal.ts'

function clockAt(start: number) {
  let now = start
  return {
    now: () => now,
    sleep: () => Promise.resolve(),
    advance: (ms: number) => {
      now += ms
    },
  }
}

test('in a log: a plain line every few seconds, none for short work', () => {
  const { terminal, stderr, stdout } = pretendTerminal()
  const clock = clockAt(0)
  const progress = showProgress(terminal, clock)
  for (let second = 0; second < 12; second++) {
    progress.show('files read', second, 1_200)
    clock.advance(1_000)
  }
  progress.clear()
  expect(stderr()).toBe('files read: 5 of 1,200\nfiles read: 10 of 1,200\n')
  expect(stdout()).toBe('')
})

test('on a terminal: one line, written over and cleared at the end', () => {
  const { terminal, stderr } = pretendTerminal({ isTTY: true })
  const clock = clockAt(0)
  const progress = showProgress(terminal, clock)
  progress.show('accounts', 1, null)
  progress.show('accounts', 2, null)
  clock.advance(200)
  progress.show('accounts', 3, null)
  progress.clear()
  expect(stderr()).toBe('\r\u001B[2Kaccounts: 1\r\u001B[2Kaccounts: 3\r\u001B[2K')
})
