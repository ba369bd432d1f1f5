/** A shorter secret is made up for a test, and taking it out would tear other words apart. */
const MIN_SECRET_CHARS = 8

/** Takes secrets out of what others wrote: answers and the network's errors. */
export function scrub(text: string, secrets: Iterable<string>): string {
  let clean = text
  for (const secret of secrets) {
    if (secret.length >= MIN_SECRET_CHARS) clean = clean.replaceAll(secret, '(secret)')
  }
  return clean
}
