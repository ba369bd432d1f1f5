import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A receiver that our own network must not be reached through. */
export class PrivateAddress extends Error {}

/** All of IPv6 that is given out: what lies outside of it (old ways to wrap IPv4, such as `::a9fe:a9fe`, too) is no host. */
const GIVEN_OUT = ipaddr.IPv6.parseCIDR('2000::/3')

/** Addresses of the public internet by their range that lead into the cloud that we run in: Azure's for its machines. */
const OF_CLOUDS: ReadonlySet<string> = new Set(['168.63.129.16'])

/** Whether an address is of the public internet; one that wraps another (IPv4 in IPv6) goes by what it wraps. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const plain = ipaddr.process(address)
  if (plain instanceof ipaddr.IPv6 && !plain.match(GIVEN_OUT)) return false
  return plain.range() === 'unicast' && !OF_CLOUDS.has(plain.toString())
}

/** Whether a URL names a private address outright: such a host is connected to without being looked up. */
export function namesPrivateAddress(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !isPublicAddress(host)
}

/**
 * Looks a name up for a connection, and gives public addresses only. The connection is made to what was checked, so a
 * name that resolves to something else a moment later gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, [])
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (first === undefined) return callback(new PrivateAddress('a private address'), [])
    if (options.all === true) return callback(null, open)
    return callback(null, first.address, first.family)
  })
}
