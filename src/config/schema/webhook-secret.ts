/** Standard Webhooks: a key of 24 to 64 random bytes. */
const FEWEST_BYTES = 24
const MOST_BYTES = 64
const PREFIX = 'whsec_'
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

const HINT = `such as \`echo "whsec_$(openssl rand -base64 32)"\` makes`

/**
 * What keeps a webhook's secret from signing anything worth the name; null where nothing does. What stands behind
 * `whsec_` is base64, as the scheme says; another text is taken as it is.
 */
export function secretFault(secret: string): string | null {
  if (!secret.startsWith(PREFIX)) {
    return secret.length >= FEWEST_BYTES
      ? null
      : `is too short to keep anybody out: at least ${FEWEST_BYTES} characters, ${HINT}`
  }
  const written = secret.slice(PREFIX.length)
  if (!BASE64.test(written)) return `must be base64 behind ${PREFIX}, ${HINT}`
  const { length } = Buffer.from(written, 'base64')
  if (length >= FEWEST_BYTES && length <= MOST_BYTES) return null
  return `must hold ${FEWEST_BYTES} to ${MOST_BYTES} bytes behind ${PREFIX}, in base64, ${HINT}; these are ${length}`
}
