/** Quotes an identifier. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Quotes a text as a literal, where a statement takes no parameter (COPY, table functions, Trino). */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A list of text literals in brackets; never empty, so that `in` stays valid. */
export const literals = (texts: readonly string[]): string =>
  texts.length === 0 ? '(null)' : `(${texts.map(literal).join(', ')})`
