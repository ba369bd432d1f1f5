/** A lead's key: the account's domain and which of its leads it is, counted from 1. */
export const leadKey = (domain: string, number: number): string => `${domain}#${number}`

/** Which lead of which account a key names; null for a key that is none of ours. */
export function readLeadKey(key: string): { domain: string; number: number } | null {
  const match = /^(.+)#([1-9]\d*)$/.exec(key.trim().toLowerCase())
  const [, domain, number] = match ?? []
  return domain === undefined || number === undefined ? null : { domain, number: Number(number) }
}
