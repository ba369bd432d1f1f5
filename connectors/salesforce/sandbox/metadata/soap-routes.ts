import { type Context, Hono } from 'hono'
import type { Tokens } from '../oauth/tokens.ts'
import type { Org } from '../org/org.ts'
import { Refusal, refusal } from '../rest/refusal.ts'
import { versionsOf } from '../rest/request-parts.ts'
import { callMetadata } from './metadata.ts'
import { childOf, type Element, parseXml, textOf, writeXml, type Xml, XmlError } from './xml.ts'

/** The Metadata API. Its token stands in the message, and its faults are 500s. */
export function soapRoutes(org: Org, tokens: Tokens): Hono {
  const routes = new Hono()
  const serve = async (context: Context) => {
    if (!versionsOf(org).includes(Number(context.req.param('version'))))
      return fault('UNSUPPORTED_API_VERSION', 'Invalid Api version')
    try {
      return await answer(org, tokens, context)
    } catch (error) {
      if (error instanceof XmlError) return fault('XML_PARSER_ERROR', error.message)
      if (!(error instanceof Refusal)) throw error
      const [first] = error.errors
      return fault(first?.errorCode ?? 'UNKNOWN_EXCEPTION', first?.message ?? error.message)
    }
  }
  routes.post('/services/Soap/m/:version', serve)
  // What clients put behind it, the org's id for one, changes nothing.
  routes.post('/services/Soap/m/:version/*', serve)
  return routes
}

async function answer(org: Org, tokens: Tokens, context: Context): Promise<Response> {
  const envelope = parseXml(await context.req.text())
  const header = childOf(envelope, 'Header')
  const session = header && childOf(header, 'SessionHeader')
  const user = tokens.userOf(session && textOf(session, 'sessionId'))
  const call = childOf(envelope, 'Body')?.children[0]
  if (call === undefined) throw refusal(500, 'XML_PARSER_ERROR', 'the message has no body')
  if (!user.admin) {
    const message =
      'use of the Metadata API requires a user with the ModifyAllData or ModifyMetadata permissions'
    throw refusal(500, 'INSUFFICIENT_ACCESS', message)
  }
  return message(call, callMetadata(org, user, call))
}

const NAMESPACES =
  'xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

function message(call: Element, result: Xml): Response {
  return xml(200, writeXml(`${call.name}Response`, { result }))
}

/** In the words of a fault: `sf:INVALID_SESSION_ID`. */
function fault(code: string, text: string): Response {
  return xml(500, writeXml('soapenv:Fault', { faultcode: `sf:${code}`, faultstring: `${code}: ${text}` }))
}

function xml(status: number, body: string): Response {
  const text = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope ${NAMESPACES}><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`
  return new Response(text, { status, headers: { 'content-type': 'text/xml;charset=utf-8' } })
}
