/** Values that sources really carry, or that would tell a wrong reading of MODEL.md §1 to §3 from a right one. */

/** Spellings of one account each: many rows of a random set share one of these lists. */
export const SPELLINGS: readonly (readonly string[])[] = [
  [
    'acme.com',
    'www.acme.com',
    'WWW.Acme.COM',
    'http://www.acme.com/',
    'https://user:pw@acme.com:8443/x?y#z',
    '//acme.com/x',
    'acme.com.',
    'acme.com:80',
    'acme.com/pricing',
    'acme.com?x=1',
    'sub.deep.acme.com',
    'foo_bar.acme.com',
    'bob@acme.com',
  ],
  ['acme.io', 'www.acme.dev', 'https://acme.io', 'acme.com'],
  ['acme.co.uk', 'www.acme.co.uk', 'ACME.CO.UK:443', 'a.b.acme.co.uk.'],
  ['foo.github.io', 'www.foo.github.io', 'http://foo.github.io/docs', 'deep.foo.github.io'],
  ['münchen.de', 'MÜNCHEN.de', 'xn--mnchen-3ya.de', 'www.münchen.de', 'https://shop.münchen.de/'],
  ['plain.com'],
]

export const ODD_DOMAINS: readonly string[] = [
  '127.0.0.1',
  'http://10.0.0.1:8080/',
  '[::1]',
  '[2001:db8::1]:443',
  '2001:db8::1',
  '256.1.1.1',
  '1.2.3',
  'printer.local',
  '4.in-addr.arpa',
  '1.0.0.127.in-addr.arpa.',
  'b.a.9.8.ip6.arpa',
  'home.arpa',
  'arpa',
  'localhost',
  'intranet',
  'com',
  'co.uk',
  'github.io',
  // `www.` goes before the suffix list is asked: what is left is a bare suffix.
  'www.github.io',
  'foo.ck',
  'a.b.kobe.jp',
  'a..com',
  '-bad.com',
  'two words.com',
  'bar.github.io',
  'gmail.com',
  'mail.gmail.com',
  'yahoo.co.uk',
  'mycompany.com',
  'shop.mycompany.com',
  'mycompany.dev',
]

export const EMAILS: readonly string[] = [
  'ann@acme.com',
  'bob@MAIL.Acme.com',
  'eve@münchen.de',
  'a@b@acme.co.uk',
  '1234+ann@users.noreply.github.com',
  'x@NoReply.acme.com',
  'noreply@acme.com',
  'x@noreply-list.plain.com',
  'ann@gmail.com',
  'ann@localhost',
  'no-at-sign',
  'nothing-behind@',
]

/** The last two stand in another order as UTF-8 than as UTF-16. */
export const NAMES: readonly string[] = [
  'Acme',
  'ACME Inc.',
  'acme',
  'Ärger GmbH',
  '株式会社',
  'O\'Hara "Quotes", Ltd',
  '～ Wave',
  '😀 Corp',
]

/** More than five, so that `top_artifacts` has to choose. */
export const ARTIFACTS: readonly string[] = [
  'server',
  'server-enterprise',
  'Enterprise-Edition',
  'acme/cli',
  'B',
  'a',
  'b',
  'enter-prise',
  'with,comma',
  '～',
  '😀',
]

export const VERSIONS: readonly string[] = [
  'latest',
  'LATEST',
  'latest-alpine',
  'latestish',
  'edge',
  'edge-1',
  'nightly',
  'Nightly-2025-06-01',
  'main',
  'master',
  'dev',
  'development',
  '1.2.3',
  '2.0-Enterprise',
]

export const URLS: readonly string[] = [
  'https://example.org/pricing',
  'https://example.org/pricing/',
  'https://example.org/PRICING?plan=pro#top',
  'https://example.org/en/contact-us',
  'https://example.org/signup',
  'https://example.org/pricings',
  'https://example.org/docs#/pricing',
  'https://example.org/docs?next=/pricing',
  'https://example.org/docs?next=https://other.org/pricing',
  'https://example.org/enterprise.html',
  'https://example.org/blog',
  'https://example.org/a/blogs/1',
  'https://example.org/blog/pricing',
  'https://blog.example.org',
  'https://blog.example.org/',
  'HTTPS://Blog.Example.org/post',
  'https://blog.example.org:8443/post',
  'https://user:pw@blog.example.org/post',
  'https://blog.example.org@evil.org/post',
  'https://blog.example.org?x=1',
  'https://myblog.example.org/post',
  '//blog.example.org/post',
  '//example.org/pricing',
  'blog.example.org/post',
  'example.org/pricing',
  '/pricing',
  '/docs?next=https://blog.example.org/pricing',
  '/docs//pricing',
  'pricing',
  '?x=//blog.example.org/pricing',
  '#//blog.example.org',
  'https://example.org',
  'https://example.org/',
  'https://example.org/über/pricing',
]

export const USER_AGENTS: readonly string[] = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.7.1',
  'docker/26.1.3 go/go1.21 kernel/6.8 os/linux arch/amd64',
  'pip/24.0 {"ci":true}',
]

export const COMMUNITY_TYPES: readonly string[] = [
  'star',
  'fork',
  'watch',
  'reaction',
  'STAR',
  'pull_request',
  'commit',
  'issue',
  'comment',
]
/** `ping` is named by the random config's `types:` or by nothing. */
export const SCARF_TYPES: readonly string[] = [
  'pixel-fetch',
  'manifest-fetch',
  'binary-download',
  'ping',
  'something-new',
]

export const BAD_TIMES: readonly string[] = [
  '0000-01-01T00:00:00Z',
  '0001-01-01 00:00:00',
  '1601-01-01T00:00:00Z',
  '1970-01-01T00:00:00Z',
  '1989-12-31 23:59:59.999999',
  '1990-01-01T04:59:59+05:00',
  'not a time',
  '2025-06-01',
  '2025-06-01T10:00',
  '2025-13-01 00:00:00',
  '2025-02-30 10:00:00',
  '2023-02-29T00:00:00Z',
  '2025-06-01 10:61:00',
  '1748779200',
  '10:00:00',
  '2025/06/01 10:00:00',
  '1 June 2025 10:00:00',
]

export const CONFIDENCES: readonly string[] = ['0', '0.1', '0.49', '0.5', '0.50', '0.9', '1', '-1']
export const DO_NOT_TRACK: readonly string[] = ['true', 'TRUE', 't', '1', 'yes']
export const MAY_TRACK: readonly string[] = ['false', 'False', 'f', '0', 'no']
export const COUNTRIES: readonly string[] = ['US', 'DE', 'JP']
export const CONNECTION_TYPES: readonly string[] = ['isp', 'hosting', 'business', 'education']
export const SOURCES_OF_SIGNALS: readonly string[] = ['a1', 'a2', 'a3', 'e1', 'e2']
