#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

// Halves the time to the first line. What is imported below must be imported after it.
enableCompileCache()
const { systemClock } = await import('../clock.ts')
const { runCli } = await import('./run-cli.ts')
const { stopOnSignals } = await import('./stop.ts')
const { createTerminal } = await import('./terminal.ts')

// `oql … | head` ends the reader first: no fault of ours.
process.stdout.on('error', error => {
  if ('code' in error && error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await runCli(process.argv.slice(2), {
  terminal: createTerminal(process),
  env: process.env,
  clock: systemClock,
  stop: stopOnSignals(process),
})
