/** What stands in a secret's place. */
const HIDDEN = '[secret]'

/** A shorter secret would tear words apart wherever it comes up by chance, and nobody is kept out by it. */
export const LEAST_SECRET_CHARACTERS = 6

/** The texts that must never be seen, and the way to take them out of what is about to be shown or kept. */
export interface Redactor {
  /** From now on these are taken out. */
  hide(secrets: Iterable<string>): void
  /** A text for people, without any secret of `LEAST_SECRET_CHARACTERS` or more. */
  text(text: string): string
  /**
   * A value of JSON: a text that is a secret goes as a whole, however short it is; others as `text`. Names of members,
   * numbers and `null` stay: the document keeps its shape.
   */
  value(value: unknown): unknown
}

export function createRedactor(): Redactor {
  const whole = new Set<string>()
  /** Longer ones first: one may be a part of another. */
  let parts: readonly string[] = []
  const text = (shown: string): string =>
    parts.reduce((clean, secret) => clean.replaceAll(secret, HIDDEN), shown)

  function value(shown: unknown): unknown {
    if (typeof shown === 'string') return whole.has(shown) ? HIDDEN : text(shown)
    if (Array.isArray(shown)) return shown.map(value)
    if (typeof shown !== 'object' || shown === null) return shown
    if ('toJSON' in shown && typeof shown.toJSON === 'function') return value(shown.toJSON())
    return Object.fromEntries(Object.entries(shown).map(([name, member]) => [name, value(member)]))
  }

  return {
    hide(secrets) {
      const before = whole.size
      for (const secret of secrets) for (const form of formsOf(secret)) whole.add(form)
      if (whole.size === before) return
      parts = [...whole]
        .filter(secret => secret.length >= LEAST_SECRET_CHARACTERS)
        .toSorted((left, right) => right.length - left.length)
    },
    text,
    value,
  }
}

/** As it is, and as it stands in JSON (a key of several lines) and in a url. */
function formsOf(secret: string): string[] {
  if (secret === '') return []
  const inUrl = secret.isWellFormed() ? encodeURIComponent(secret) : secret
  return [secret, JSON.stringify(secret).slice(1, -1), inUrl]
}
