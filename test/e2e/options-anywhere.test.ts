import { expect, test } from 'vitest'
import { program } from '../../src/cli/program.ts'
import { pretendTerminal } from '../unit/cli/pretend-terminal.ts'
import { AS_OF, newPlace } from './place.ts'

const SHARED = ['--json', '--config', 'config/oql.yaml', '--as-of', AS_OF]

/** The options that all commands take, before, between and behind the words of this one. */
const places = (words: readonly string[]): string[][] =>
  Array.from({ length: words.length + 1 }, (_, at) => [...words.slice(0, at), ...SHARED, ...words.slice(at)])

test.each([
  [['score', '--top', '1']],
  [['explain', 'acme.com']],
  [['links']],
  [['links', 'list']],
  [['links', 'ignore', 'hubspot', 'acme.com']],
  [['rejections', 'retry', '--all']],
  [['notices', 'list', '--status', 'pending']],
  [['runs', 'list']],
])('oql %j is the same wherever the options stand that all commands take', async words => {
  const place = await newPlace()
  await place.write('config/other.yaml', 'nothing')
  const answers = []
  for (const args of places(words)) {
    // Not between an option and its value.
    if (/^--(top|status)$/.test(args[args.indexOf('--json') - 1] ?? '')) continue
    const { code, stdout, stderr } = await place.oql(...args)
    answers.push([args, code, stderr, JSON.parse(stdout === '' ? 'null' : stdout)])
  }
  const [first] = answers
  for (const [args, ...answer] of answers) expect([args, ...answer]).toEqual([args, 0, '', first?.[3]])
})

test('every command, and every one below a group, takes them', () => {
  const never = { gracefully: () => new AbortController().signal, now: () => process.exit(1) }
  const clock = { now: () => 0, sleep: async () => {} }
  const root = program(
    { terminal: pretendTerminal().terminal, env: {}, clock, stop: never },
    () => async () => {},
  )
  const lacking = [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)].filter(
    ({ options }) =>
      !['--config', '--json', '--as-of'].every(long => options.some(option => option.long === long)),
  )
  expect(lacking.map(command => command.name())).toEqual([])
})
