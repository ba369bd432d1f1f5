import { z } from 'zod'
import { absolute, absoluteState, type Place } from '../read/place.ts'
import { accountNames, SEGMENT_NAMES } from '../when/condition-names.ts'
import { when } from '../when/when.ts'
import { notices, notify } from './notify-schema.ts'
import { share, text } from './quantities.ts'
import { guard, log, retention, schedule, serve } from './serve-schema.ts'
import { store } from './store-schema.ts'

const STATE_URL = /^(sqlite:.+|postgres(ql)?:\/\/.+)$/

const connector = (place: Place) =>
  z.strictObject({
    use: text().describe('A built-in, or an npm package that exports a connector.'),
    mapping: text()
      .transform(written => absolute(place, written))
      .describe('The mapping file.'),
    only: when(accountNames(place.segments), 'account_when')
      .optional()
      .describe('A pilot: everyone else is left alone.'),
    budget: share().optional().describe("Our own calls, as a share of the CRM's daily quota."),
    config: z.record(z.string(), z.unknown()).describe("The connector's own keys."),
  })

/** PostgreSQL's NAMEDATALEN, less one. */
const MAX_NAME_BYTES = 63

const schemaName = () =>
  text()
    .refine(name => name.trim() !== '', { error: 'must not be empty' })
    .refine(name => !name.startsWith('pg_'), {
      error: 'must not begin with pg_: PostgreSQL keeps such names for itself',
    })
    .refine(name => Buffer.byteLength(name) <= MAX_NAME_BYTES, {
      error: `must have at most ${MAX_NAME_BYTES} bytes: PostgreSQL cuts longer names`,
    })

const state = (place: Place) =>
  z
    .strictObject({
      url: z
        .string()
        .regex(STATE_URL, { error: 'must be sqlite:PATH or postgres://…' })
        .transform(url => absoluteState(place, url))
        .optional(),
      schema: schemaName().default('oql').describe('Of PostgreSQL.'),
    })
    .prefault({})

/** The main file, config/oql.yaml. */
export const oqlSchema = (place: Place) =>
  z
    .strictObject({
      version: z.literal(1),
      store: store(place),
      data: text()
        .default('../.oql')
        .transform(written => absolute(place, written))
        .describe('What is landed, rolled up and spilled.'),
      model: text().optional().describe('Left out: the shipped one.'),
      state: state(place),
      segments: z
        .record(z.string(), when(SEGMENT_NAMES, 'account_when'))
        .default({})
        .describe('Names for `when`.'),
      connectors: z.record(z.string(), connector(place)).default({}),
      notify: notify(place),
      notices: notices(),
      guard: guard(),
      schedule: schedule(),
      serve: serve(),
      retention: retention(),
      log: log(),
    })
    .transform(({ data: dataDir, state: { url, schema }, ...rest }) => ({
      ...rest,
      dataDir,
      state: { url: url ?? `sqlite:${dataDir}/state.db`, schema },
    }))

export type OqlFile = z.output<ReturnType<typeof oqlSchema>>
