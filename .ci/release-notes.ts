// The notes of the release that a tag asks for, on stdout; or, on stderr, all that is not ready for it.
// The workflow runs it before anything is published: what npm has taken can't be taken back.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { parser } from 'keep-a-changelog'
import { z } from 'zod'

export interface Release {
  /** Of git, such as `v1.2.0`. */
  tag: string
  /** Where the tag was pushed to: `https://HOST/OWNER/NAME`. */
  repository: string
  /** The text of package.json. */
  manifest: string
  /** The text of CHANGELOG.md. */
  changelog: string
}

const MANIFEST = z.looseObject({
  version: z.string(),
  private: z.boolean().optional(),
  repository: z
    .union([z.string(), z.looseObject({ url: z.string() }).transform(({ url }) => url)])
    .optional(),
})

/** What the tag releases, as CHANGELOG.md tells it, and what is in the way. */
export function readRelease({ tag, repository, manifest, changelog }: Release): {
  notes: string
  problems: string[]
} {
  const told = MANIFEST.parse(JSON.parse(manifest))
  const { releases } = parser(changelog)
  const section = releases.find(one => one.version === told.version)
  const problems: string[] = []
  if (tag !== `v${told.version}`) {
    problems.push(
      `the tag is ${tag}, package.json's version ${told.version}: tag v${told.version}, or change it`,
    )
  }
  if (section?.date === undefined) {
    problems.push(
      `CHANGELOG.md has no section "## [${told.version}] - DATE": name and date what is unreleased`,
    )
  } else if (section.isEmpty()) {
    problems.push(`CHANGELOG.md says nothing of ${told.version}`)
  }
  if (told.private === true) problems.push('package.json is private: npm takes no such package')
  // npm writes the repository into the provenance and refuses a package that names another one, or none.
  if (told.repository?.replace(/^git\+/, '').replace(/\.git$/, '') !== repository) {
    problems.push(
      `package.json's repository is ${told.repository ?? 'missing'}, the tag's ${repository}: ` +
        `npm pkg set repository.type=git repository.url=git+${repository}.git`,
    )
  }
  return { notes: section?.toString() ?? '', problems }
}

/** A variable that GitHub sets in each run. */
function given(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: the release workflow runs this`)
  return value
}

if (import.meta.main) {
  const file = (name: string) => readFile(path.resolve(import.meta.dirname, '..', name), 'utf8')
  const { notes, problems } = readRelease({
    tag: given('GITHUB_REF_NAME'),
    repository: `${given('GITHUB_SERVER_URL')}/${given('GITHUB_REPOSITORY')}`,
    manifest: await file('package.json'),
    changelog: await file('CHANGELOG.md'),
  })
  for (const problem of problems) console.error(`not ready: ${problem}`)
  if (problems.length > 0) process.exitCode = 1
  else console.log(notes)
}
