import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/**
 * Renews `free-mail.json` from the npm package `free-email-domains`: the list as the package ships it. The package is
 * unpacked and not installed, because its install script would put another list in its place.
 * Usage: `npm run renew:free-mail [-- VERSION]`
 */
const version = process.argv[2] ?? 'latest'
const directory = mkdtempSync(path.join(tmpdir(), 'oql-free-mail-'))
try {
  execFileSync('npm', ['pack', '--silent', `free-email-domains@${version}`], { cwd: directory })
  execFileSync('tar', ['-xzf', ...execFileSync('ls', [directory], { encoding: 'utf8' }).trim().split('\n')], {
    cwd: directory,
  })
  const domains: unknown = JSON.parse(readFileSync(path.join(directory, 'package/domains.json'), 'utf8'))
  if (!Array.isArray(domains) || domains.length < 1_000)
    throw new Error('the package holds no list of domains')
  writeFileSync(path.join(import.meta.dirname, 'free-mail.json'), `${JSON.stringify(domains, null, 2)}\n`)
  console.log(`${domains.length} free mail domains`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
