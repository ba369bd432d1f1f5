import { DAY_MS } from './calendar.ts'
import { cells } from './cells.ts'
import type { Act } from './habits.ts'

type Some = readonly [string, ...string[]]

/** What rows of one act say, as pieces of CSV lines to choose from. */
export interface Content {
  /** `type,package,pixel,version` */
  what: Some
  /** `referer` */
  pages: Some
  /** `user_agent,platform` */
  agents: Some
  /** `variables` */
  variables: Some
}

/** Every row says that it is made up. */
const SYNTHETIC = 'synthetic=true'

const some = (pieces: readonly string[]): Some => {
  const [first = '', ...rest] = pieces
  return [first, ...rest]
}
const under = (site: string, paths: string): Some =>
  some(cells(paths.split(' ').map(path => [`https://${site}/${path}`])))

/** The project's own sites stand under a domain that RFC 2606 keeps for examples. */
const BLOG_PAGES = under(
  'blog.acme.example',
  'release-26-10 release-26-11 why-we-built-acme scaling-to-a-billion-rows meet-the-team a-year-of-acme?utm_source=newsletter zero-downtime-upgrades benchmarks-explained',
)
const DOCS_PAGES = under(
  'docs.acme.example',
  'install quickstart configuration configuration/storage operators/kubernetes operators/helm reference/cli reference/api guides/backup guides/migrate-from-legacy guides/observability guides/sso?tab=okta troubleshooting upgrade faq',
)
const PRICING_PAGES = under(
  'www.acme.example',
  'pricing pricing/compare enterprise contact contact/sales signup?plan=team pricing?utm_source=search&utm_campaign=brand',
)

const CHROME = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const BROWSERS = some(
  cells([
    [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${CHROME}`, ''],
    [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME}`, ''],
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME}`, ''],
    ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', ''],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 14_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
      '',
    ],
  ]),
)
/** Views of these are no reading: cleaning leaves them out. */
export const BOT_AGENTS = some(
  cells([
    ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', ''],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', ''],
    ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', ''],
  ]),
)
const PULLERS = some(
  cells([
    ['docker/28.5.1 go/go1.24.8 git-commit/f8215cc kernel/6.8.0 os/linux arch/amd64', 'linux/amd64'],
    ['containerd/2.1.4', 'linux/amd64'],
    ['containerd/2.1.4', 'linux/arm64'],
    ['Buildkit/0.25', 'linux/amd64'],
  ]),
)
const FETCHERS = some(
  cells([
    ['curl/8.14.1', 'linux/amd64'],
    ['Homebrew/4.6.20 (Macintosh; arm64 Mac OS X 15.1) curl/8.7.1', 'darwin/arm64'],
    ['Wget/1.25.0', 'linux/amd64'],
  ]),
)
const TELEMETRY = some(cells([['acme-telemetry/1.4 (linux; amd64)', 'linux/amd64']]))

const view = (pixel: string, pages: Some): Content => ({
  what: some(cells([['pixel-fetch', '', pixel, '']])),
  pages,
  agents: BROWSERS,
  variables: [SYNTHETIC, SYNTHETIC, `${SYNTHETIC}&theme=dark`],
})
const use = (type: string, artifact: string, versions: readonly string[], agents: Some): Content => ({
  what: some(cells(versions.map(version => [type, artifact, '', version]))),
  pages: [''],
  agents,
  variables: [SYNTHETIC],
})

/** What there is to read, pull and run on a day: versions move on with the calendar. */
export function contentsOn(dayNumber: number): Record<Act, Content> {
  const stable = [release(dayNumber), release(dayNumber), release(dayNumber - 31), release(dayNumber - 92)]
  const enterprise = stable.map(version => `${version}-enterprise`)
  const ping = use('ping', 'acme/server', stable, TELEMETRY)
  return {
    blog_view: view('acme-blog', BLOG_PAGES),
    docs_view: view('acme-docs', DOCS_PAGES),
    pricing_view: view('acme-website', PRICING_PAGES),
    latest_pull: use(
      'manifest-fetch',
      'acme/server',
      ['latest', 'latest', 'latest-alpine', 'nightly'],
      PULLERS,
    ),
    stable_pull: use('manifest-fetch', 'acme/server', stable, PULLERS),
    cli_download: use('binary-download', 'acme/cli', stable, FETCHERS),
    enterprise_pull: use('manifest-fetch', 'acme/enterprise', enterprise, PULLERS),
    ping: { ...ping, variables: [`${SYNTHETIC}&nodes=1`, `${SYNTHETIC}&nodes=3`, `${SYNTHETIC}&nodes=12`] },
    enterprise_ping: use('ping', 'acme/enterprise', stable, TELEMETRY),
  }
}

/** The stable release of a day, by calendar: year, month, and a patch each ten days. */
function release(dayNumber: number): string {
  const date = new Date(dayNumber * DAY_MS)
  const patch = Math.floor(date.getUTCDate() / 10)
  return `${date.getUTCFullYear() % 100}.${date.getUTCMonth() + 1}.${patch}`
}
