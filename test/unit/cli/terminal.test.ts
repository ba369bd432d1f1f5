import { describe, expect, test } from 'vitest'
import { createLogger } from '../../../src/cli/logger.ts'
import { pretendTerminal } from './pretend-terminal.ts'

test('secrets are taken out of results, errors and logs, the longer one first', async () => {
  const { terminal, stdout, stderr } = pretendTerminal()
  terminal.redactor.hide(['s3cr3t'])
  terminal.redactor.hide(['s3cr3t-and-more'])
  await terminal.out('token s3cr3t-and-more, s3cr3t\n')
  terminal.err('refused: s3cr3t\n')
  createLogger(terminal, 'info').error({ err: new Error('Bearer s3cr3t') }, 'no s3cr3t here')
  expect(stdout()).toBe('token [secret], [secret]\n')
  expect(stderr()).toContain('refused: [secret]\n')
  expect(stderr()).toContain('no [secret] here')
  expect(stderr()).not.toContain('s3cr3t')
})

describe('colors', () => {
  test.each([
    ['a terminal', { isTTY: true }, true],
    ['a pipe', { isTTY: false }, false],
    ['a terminal with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, false],
    ['a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, false],
  ])('on %s', (_where, options, colored) => {
    const { terminal } = pretendTerminal(options)
    expect(terminal.colors.bold('x') !== 'x').toBe(colored)
  })
})

test('the log level of the config holds', () => {
  const { terminal, stderr } = pretendTerminal()
  const log = createLogger(terminal, 'warn')
  log.info('quiet')
  log.warn('loud')
  expect(stderr()).toContain('loud')
  expect(stderr()).not.toContain('quiet')
})
