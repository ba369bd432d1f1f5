/** The same value, and nobody can change it any more: in a module, an attempt throws. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  for (const part of Object.values(value)) frozen(part)
  return Object.freeze(value)
}
