import { SHARED_HOSTS } from './shared-hosts.ts'

/**
 * Whether a text in a field for websites is a company's own: a host or an address below it. An e-mail address is nobody's
 * website, an address with a user in it (`https://acme.com@evil.io/`) leads elsewhere than it looks, and a page on a
 * shared host (`github.com/acme`) is not its host's.
 */
export function isWebsite(raw: string): boolean {
  const [, authority = '', path = ''] = ADDRESS.exec(raw.trim().toLowerCase()) ?? []
  if (authority.includes('@')) return false
  return /^[/\\]*$/.test(path) || !isShared(authority.replace(/:\d*$/, ''))
}

/** What comes before the host, the host with user and port, the path. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:(?!\d))?[/\\]*([^/\\?#]*)([^?#]*)/

/** Of `de.linkedin.com` itself, `linkedin.com`, `com`. */
const isShared = (host: string): boolean => {
  const labels = host.split('.')
  return labels.some((_, n) => SHARED_HOSTS.has(labels.slice(n).join('.')))
}
