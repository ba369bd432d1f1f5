import { lookup as resolve } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A receiver that our own network must not be reached through. */
export class PrivateAddress extends Error {}

/** Whether an address is of the public internet; one that wraps another (IPv4 in IPv6) goes by what it wraps. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
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
