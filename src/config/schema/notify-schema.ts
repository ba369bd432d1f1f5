import { z } from 'zod'
import { ALWAYS, type When } from '../../domain/when.ts'
import type { NotifyChannel } from '../config.ts'
import { type Fault, fault, isList, isMap, type Parsed, unknownName } from '../read/parsed.ts'
import type { Place } from '../read/place.ts'
import { riskChangeNames, stageChangeNames } from '../when/condition-names.ts'
import { parseWhen } from '../when/when.ts'
import { crossChecked, duration, text } from './quantities.ts'
import { secretFault } from './webhook-secret.ts'

const EXPIRE_AFTER_MS = 7 * 86_400_000

const channel = () => ({
  name: text(),
  url: z.url({ protocol: /^https?$/, error: 'must be an address that begins with https://' }),
  on: z.enum(['stage', 'risk']).default('stage'),
  when: z
    .unknown()
    .meta({ anyOf: [{ $ref: '#/$defs/stage_change_when' }, { $ref: '#/$defs/risk_change_when' }] })
    .optional(),
  after: text().nullable().default(null).describe('Once this connector confirmed it.'),
  allow_private: z.boolean().default(false).describe('Lets the url reach private addresses, and be http.'),
})

const anyChannel = (place: Place) =>
  crossChecked(
    z.discriminatedUnion('use', [
      z.strictObject({ use: z.literal('webhook'), ...channel(), secret: text().nullable().default(null) }),
      z.strictObject({
        use: z.literal('slack'),
        ...channel(),
        digest_above: z.int().min(0).nullable().default(null),
      }),
    ]),
    written => (isMap(written) ? whenFaults(written, place) : []),
  ).transform((written): NotifyChannel => {
    const { name, url, on, after, allow_private: allowPrivate } = written
    const when = channelWhen(written, place)
    const shared = { name, url, on, when: 'value' in when ? when.value : ALWAYS, after, allowPrivate }
    return written.use === 'webhook'
      ? { use: 'webhook', secret: written.secret, ...shared }
      : { use: 'slack', digestAbove: written.digest_above, ...shared }
  })

/** What a `when` may name hangs on the changes that the channel hears of. */
function channelWhen({ on, when }: { on?: unknown; when?: unknown }, { segments }: Place): Parsed<When> {
  if (when === undefined) return { value: ALWAYS }
  return parseWhen(when, on === 'risk' ? riskChangeNames(segments) : stageChangeNames(segments))
}

function whenFaults(written: { on?: unknown; when?: unknown }, place: Place): Fault[] {
  const when = channelWhen(written, place)
  return 'value' in when ? [] : when.faults.map(inner => ({ ...inner, path: ['when', ...inner.path] }))
}

export const notify = (place: Place) =>
  crossChecked(z.array(anyChannel(place)), written =>
    isList(written) ? written.flatMap((item, index) => channelFaults(item, index, written, place)) : [],
  ).default([])

function channelFaults(
  item: unknown,
  index: number,
  all: readonly unknown[],
  { connectors }: Place,
): Fault[] {
  if (!isMap(item)) return []
  const { name, url, after, secret } = item
  const first = all.findIndex(other => isMap(other) && other.name === name)
  const isPrivate = item.allow_private === true || item.allowPrivate === true
  const faults: Fault[] = []
  if (typeof name === 'string' && first < index) {
    faults.push(fault(`names must be unique: notify[${first}] has it too`, [index, 'name']))
  }
  if (typeof url === 'string' && /^http:/i.test(url) && !isPrivate) {
    faults.push(fault('must be https, or the channel say allow_private: true', [index, 'url']))
  }
  const weakness = item.use === 'webhook' && typeof secret === 'string' ? secretFault(secret) : null
  if (weakness !== null) faults.push(fault(weakness, [index, 'secret']))
  if (typeof after === 'string' && !connectors.includes(after)) {
    faults.push(unknownName('no connector is called so', after, connectors, [index, 'after']))
  }
  return faults
}

export const notices = () =>
  z
    .strictObject({
      on_first_run: z.enum(['silent', 'notify']).default('silent'),
      expire_after: duration().default(EXPIRE_AFTER_MS),
      attempts: z.int().min(1).default(12),
      max_per_run: z.int().min(0).default(500),
    })
    .prefault({})
    .transform(written => ({
      onFirstRun: written.on_first_run,
      expireAfterMs: written.expire_after,
      attempts: written.attempts,
      maxPerRun: written.max_per_run,
    }))
