import type { StoredRecord, Value } from './stored-record.ts'

const PART = /^(.*?)(Street|City|State|PostalCode|Country)$/
const ADDRESS = /^(Billing|Shipping|Mailing|Other)?Address$/

/** An address is granted as a whole: `BillingAddress` for `BillingCountry`. Undefined for what is part of none. */
export function compoundOf(field: string): string | undefined {
  const [, prefix] = PART.exec(field) ?? []
  return prefix === undefined || !ADDRESS.test(`${prefix}Address`) ? undefined : `${prefix}Address`
}

export function isCompound(field: string): boolean {
  return ADDRESS.test(field)
}

/** The whole address of a record; null where all of its parts are. */
export function addressIn({ values }: StoredRecord, field: string): Record<string, Value> | null {
  const prefix = field.slice(0, -'Address'.length)
  const part = (name: string) => values[`${prefix}${name}`] ?? null
  const parts = {
    city: part('City'),
    country: part('Country'),
    postalCode: part('PostalCode'),
    state: part('State'),
    street: part('Street'),
  }
  const isEmpty = Object.values(parts).every(value => value === null)
  return isEmpty ? null : { ...parts, geocodeAccuracy: null, latitude: null, longitude: null }
}
