import { expect, test } from 'vitest'
import { AS_OF, newPlace } from './place.ts'

/** Turns red, sets the title, moves up, turns letters around. */
const EVIL = '\u001b[31m\u001b]0;owned\u0007\u009b1A\u202egnp'
const SHOWN = '\\x1b[31m\\x1b]0;owned\\x07\\x9b1A\\u202egnp'

/** Anything but line breaks that a terminal would obey. */
const DRIVES = /[[\p{Cc}\p{Bidi_Control}]--[\n\t]]/v

test.each([
  [['explain', EVIL, '--as-of', AS_OF]],
  [[EVIL]],
  [['score', `--${EVIL}`]],
  [['score', '--as-of', EVIL]],
  [['score', '--config', `${EVIL}.yaml`]],
  [['links', 'add', EVIL, 'acme.com', '1']],
  [['links', 'add', 'hubspot', EVIL, '1']],
  [['links', 'import', `${EVIL}.yaml`]],
  [['runs', 'show', EVIL]],
  [['plan', '--model', `${EVIL}.yaml`]],
])('control characters of an argument are shown spelled out: %j', async args => {
  const { stdout, stderr } = await (await newPlace()).oql(...args)
  expect(stdout + stderr).not.toMatch(DRIVES)
  expect(stdout + stderr).toContain(SHOWN)
})

test('those of the name of a file are too, in its rows, in the log and in JSON', async () => {
  const place = await newPlace()
  await place.write(`data/${EVIL}.csv`, 'id,occurred_at\n1,never\n2,never\n')
  for (const args of [['sync'], ['sync', '--json'], ['check'], ['score']]) {
    const { stdout, stderr } = await place.oql(...args)
    expect(stdout + stderr, args.join(' ')).not.toMatch(DRIVES)
  }
})
