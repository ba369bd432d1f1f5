import { expect, it } from 'vitest'
import { isPublicAddress, namesPrivateAddress } from '../../../src/workflow/public-address.ts'

it.each(['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', address => {
  expect(isPublicAddress(address)).toBe(true)
})

it.each([
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '::',
  '::1',
  'fe80::1',
  'fd00::1',
  'ff02::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:db8::1',
  '::a9fe:a9fe',
  '::169.254.169.254',
  '::7f00:1',
  '4000::1',
  '168.63.129.16',
  '::ffff:168.63.129.16',
  'not an address',
])('%s is not public', address => {
  expect(isPublicAddress(address)).toBe(false)
})

it.each([
  'https://127.0.0.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:7f00:1]/',
])('%s names a private address outright', url => {
  expect(namesPrivateAddress(new URL(url))).toBe(true)
})

it('a name is looked up before anything is said of it', () => {
  expect(namesPrivateAddress(new URL('https://localhost/'))).toBe(false)
})
