import { createMiddleware } from 'hono/factory'
import ipaddr from 'ipaddr.js'
import type { Config } from '../config/config.ts'
import { EXIT, UserError } from '../domain/errors.ts'

/** What may stand behind `Bearer` (RFC 6750). */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/

/** @throws UserError (config) where anybody on the network could start runs, or nobody could with this token */
export function refuseOpenDoor({ host, token }: Pick<Config['serve'], 'host' | 'token'>): void {
  if (token !== null && !BEARER.test(token)) {
    throw new UserError('serve.token has characters that no Authorization header may carry', {
      exitCode: EXIT.usage,
      hint: 'Take letters, digits and . _ ~ + / - only, such as what `openssl rand -hex 32` gives.',
    })
  }
  if (token !== null || isLoopback(host)) return
  throw new UserError(
    `serve.host ${host} lets the network in, and serve.token is not set: anybody could start runs`,
    {
      exitCode: EXIT.usage,
      hint: 'Set serve.token to a secret from the environment, or keep serve.host at 127.0.0.1.',
    },
  )
}

/** Whether only this machine reaches a host. */
function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  if (bare === 'localhost') return true
  return ipaddr.isValid(bare) && ipaddr.process(bare).range() === 'loopback'
}

/**
 * Without a token this machine is trusted, but not every page that its browser shows: a page of another site is known by
 * its `Origin`, and a name that was pointed at this machine (DNS rebinding) by `Host`.
 */
export const onlyFromHere = createMiddleware(async (c, next) => {
  const { host } = new URL(c.req.url)
  const origin = c.req.header('Origin')
  const isOwn = origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
  if (isOwn && isLoopback(new URL(c.req.url).hostname)) return next()
  return c.json({ error: 'only this machine may ask, or who has serve.token: it is not set' }, 403)
})
