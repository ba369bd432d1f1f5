import { createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import type { Fields } from '../../src/contract/index.ts'
import type { Harness } from '../../src/kit/index.ts'

/** What HubSpot's own limit of a second asks for. */
const SECOND_MS = 1_000

export const hubspotHarness: Harness = {
  // Searches and lists have pages of 100 and 200.
  pastOnePage: 210,
  throttleMs: SECOND_MS,
  bulk: false,
  subjects: [
    {
      object: 'companies',
      note: 'description',
      merges: true,
      wanted: [
        { name: 'oql_text', label: 'Text', description: 'Text', type: 'text' },
        { name: 'oql_number', label: 'Number', description: 'Number', type: 'number', scale: 2 },
        { name: 'oql_open', label: 'Open', description: 'Yes or no', type: 'boolean' },
        { name: 'oql_since', label: 'Since', description: 'Date', type: 'date' },
        { name: 'oql_seen_at', label: 'Seen', description: 'Time', type: 'datetime' },
        {
          name: 'oql_stage',
          label: 'Stage',
          description: 'Stage',
          type: 'enumeration',
          options: [
            { value: 'interest', label: 'Interest' },
            { value: 'ongoing_usage', label: 'Ongoing usage' },
          ],
        },
      ],
    },
  ],
  async start() {
    const { url, token, control, close } = await createHubSpotSandbox({ unlimited: true })
    return {
      url,
      config: base_url => ({ token, base_url }),
      secrets: [token],
      insert: (object, records) => control.insertMany(object, records.map(texts)).map(({ id }) => id),
      records: object => control.records(object).map(({ id, properties }) => ({ id, fields: properties })),
      remove: (object, id) => control.archive(object, id),
      merge: (object, kept, lost) => control.merge(object, kept, lost).id,
      poison: (object, note) =>
        control.poison(input => input.object === object && input.properties.description === note),
      refuse: how =>
        control.fault({
          trouble: { kind: 'rate_limit', policy: how === 'quota' ? 'DAILY' : 'SECONDLY' },
          every: 1,
        }),
      calm: () => control.clearFaults(),
      close,
    }
  },
}

/** Every property of HubSpot is a text. */
const texts = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? '')]))
