#!/usr/bin/env node
import { systemClock } from '../delivery/clock.ts'
import { runCli } from './run-cli.ts'
import { stopOnSignals } from './stop.ts'
import { createTerminal } from './terminal.ts'

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
