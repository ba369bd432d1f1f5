import { writeFileSync } from 'node:fs'

/** Preloaded into a measured process: leaves its peak resident memory, in KiB, in a file. */
const file = process.env.OQL_BENCH_PEAK
if (file !== undefined) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS)))
