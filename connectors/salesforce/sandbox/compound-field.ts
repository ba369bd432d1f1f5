const PART = /^(.*?)(Street|City|State|PostalCode|Country)$/
const ADDRESS = /^(Billing|Shipping|Mailing)?Address$/

/** An address is granted as a whole: `BillingAddress` for `BillingCountry`. Undefined for what is part of none. */
export function compoundOf(field: string): string | undefined {
  const [, prefix] = PART.exec(field) ?? []
  return prefix === undefined || !ADDRESS.test(`${prefix}Address`) ? undefined : `${prefix}Address`
}

export function isCompound(field: string): boolean {
  return ADDRESS.test(field)
}
