import { expect, test } from 'vitest'
import { showError } from '../../../src/cli/show-error.ts'
import { RequestFailed, SessionFault } from '../../../src/contract/faults.ts'
import { EXIT, UserError } from '../../../src/domain/errors.ts'
import { pretendTerminal } from './pretend-terminal.ts'

function told(error: unknown) {
  const { terminal, stdout, stderr } = pretendTerminal()
  const code = showError(terminal, error)
  return { code, stdout: stdout(), stderr: stderr() }
}

test('a user’s error says what and what to do, and carries its exit code', () => {
  const error = new UserError('no segment is called x', { exitCode: EXIT.usage, hint: 'There is: big.' })
  expect(told(error)).toEqual({
    code: 2,
    stdout: '',
    stderr: 'oql: no segment is called x\n  There is: big.\n',
  })
})

test.each([
  ['a session’s fault', new SessionFault('auth', 'HubSpot does not know the token')],
  ['a request that failed', new RequestFailed({ kind: 'transient', message: 'no answer from HubSpot' })],
])('%s is no bug of ours: it is told without a trace, with where to look', (_what, error) => {
  const { code, stderr } = told(error)
  expect(code).toBe(1)
  expect(stderr).toContain(error.message)
  expect(stderr).toContain('oql check')
  expect(stderr).not.toContain('    at ')
})

test('anything else is a bug: it is told whole, to be reported', () => {
  const { code, stderr } = told(new TypeError('x is not a function'))
  expect(code).toBe(1)
  expect(stderr).toContain('please report it')
  expect(stderr).toContain('    at ')
})
