import { closest } from 'fastest-levenshtein'

/** For the end of a message about a name that is not known. */
export const nearest = (written: string, known: readonly string[]): string =>
  `Did you mean ${closest(written, [...known])}? There is: ${known.join(', ')}.`
