import { join } from 'node:path'
import { openScoring } from '../../../src/scoring/score.ts'
import { AS_OF, CLEANING, MODEL, source } from '../store/score-files.ts'
import { MEMORY_LIMIT_BYTES } from './score-rows.ts'

/** Scores the files under `in/` of a folder and tells each step on its standard output: a process to run beside others, or to kill. */
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: score-in-child.ts FOLDER')
const scoring = await openScoring({
  sources: [source(folder, 'in/*.csv')],
  cleaning: CLEANING,
  maxBadRows: 0,
  memoryLimitBytes: MEMORY_LIMIT_BYTES,
  dataDirectory: join(folder, 'data'),
  model: MODEL,
  asOf: AS_OF,
  progress: (what, done, of) => console.log(what, done, of),
})
for await (const account of scoring.measured()) if (account.points < 0) throw new Error(account.domain)
await scoring.close()
