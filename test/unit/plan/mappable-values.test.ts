import { expect, test } from 'vitest'
import { MAPPABLE } from '../../../src/domain/mappable.ts'
import { holds } from '../../../src/domain/when.ts'
import { lookupFor, withMove } from '../../../src/plan/values/condition-values.ts'
import { mappableValues } from '../../../src/plan/values/mappable-values.ts'
import { account, context } from './situations.ts'

const BIG = {
  big: [{ score: { op: '>=', value: 50 } }],
  german: [{ country: { op: '=', value: 'DE' } }],
} as const

test('every name of the table has a value of its type', () => {
  const valueNamed = mappableValues(account(), context({ consoleUrl: 'https://oql.acme.internal' }))
  const types = { text: 'string', date: 'string', enumeration: 'string', number: 'number' }
  for (const [name, mappable] of MAPPABLE) {
    const found = valueNamed(name)
    if (found === null) expect(mappable.nullable, name).toBe(true)
    else expect(typeof found, name).toBe(types[mappable.type])
  }
})

test('dates are ISO text to the second, whatever the clock had', () => {
  const valueNamed = mappableValues(account({ stageSince: new Date('2026-11-20T10:00:00.987Z') }), context())
  expect(valueNamed('stage_since')).toBe('2026-11-20T10:00:00Z')
})

test('top artifacts are joined by comma, none is null', () => {
  expect(mappableValues(account(), context())('top_artifacts')).toBe('server,cli')
  expect(mappableValues(account({ topArtifacts: [] }), context())('top_artifacts')).toBeNull()
})

test('labels are the model’s', () => {
  const labels = { ...context().labels, experimentation: 'Trying it' }
  const valueNamed = mappableValues(account({ previousStage: null }), context({ labels }))
  expect(valueNamed('stage_label')).toBe('Trying it')
  expect(valueNamed('previous_stage_label')).toBeNull()
})

test('the console’s address of an account, where the console has one', () => {
  const at = (consoleUrl: string | null) => mappableValues(account(), context({ consoleUrl }))('console_url')
  expect(at('https://oql.acme.internal/')).toBe('https://oql.acme.internal/accounts/acme.com')
  expect(at(null)).toBeNull()
})

test('a name that is not in the table is a bug', () => {
  expect(() => mappableValues(account(), context())('scores')).toThrow('scores')
})

test('`segment` holds for each segment that the account is in, and for no other', () => {
  const lookup = lookupFor(account({ score: 40 }), context(), BIG)
  expect(holds([{ segment: { op: 'oneOf', values: ['german'] } }], lookup)).toBe(true)
  expect(holds([{ segment: { op: 'oneOf', values: ['big'] } }], lookup)).toBe(false)
  expect(holds([{ segment: { op: '!=', value: 'big' } }], lookup)).toBe(true)
})

test('a move adds from, to and direction, and leaves the rest', () => {
  const lookup = withMove(lookupFor(account(), context(), BIG), {
    from: null,
    to: 'experimentation',
    direction: 'first',
  })
  const when = [
    { from: { op: '=', value: null }, direction: { op: '=', value: 'first' }, score: { op: '>', value: 50 } },
  ] as const
  expect(holds(when, lookup)).toBe(true)
})
