import { type Control, createHubSpotSandbox } from '../../connectors/hubspot/sandbox/index.ts'
import type { Fields } from '../../src/contract/index.ts'
import type { ContactsBehind, Harness, LeadsBehind } from '../../src/kit/index.ts'

/** What HubSpot's own limit of a second asks for. */
const SECOND_MS = 1_000

export const hubspotHarness: Harness = {
  // Searches and lists have pages of 100 and 200.
  pastOnePage: 210,
  throttleMs: SECOND_MS,
  bulk: false,
  alsoTells: ['whole', 'unnamed'],
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
      poison: (object, note, telling = 'named') =>
        control.poison(
          input =>
            input.object === object && BODIES.some(name => input.properties[name]?.includes(note) === true),
          telling === 'named' ? 'usual' : telling,
        ),
      refuse: how =>
        control.fault({
          trouble: { kind: 'rate_limit', policy: how === 'quota' ? 'DAILY' : 'SECONDLY' },
          every: 1,
        }),
      calm: () => control.clearFaults(),
      leads: leadsBehind(control),
      contacts: contactsBehind(control),
      owners: OWNERS,
      close,
    }
  },
}

/** What a person writes into, of a company, a task and a note; HubSpot's own words stand around a note's. */
const BODIES = ['description', 'hs_task_body', 'hs_note_body']

/** The sandbox's own. */
const OWNERS = { active: '12345', left: '11111' }

/** Made past the API, which would want a contact: what is read goes by the company. */
const leadsBehind = (control: Control): LeadsBehind => ({
  insert: companies => {
    const leads = control.insertMany(
      'leads',
      companies.map(({ names: [name = ''] }) => ({ hs_lead_name: name })),
    )
    const pairs = leads.map(({ id }, index) => ({ from: id, to: companies[index]?.remoteId ?? '' }))
    control.associate('leads', 'companies', pairs)
    return leads.map(({ id }) => id)
  },
  end: (id, how) => {
    control.closeLead(id, how === 'converted' ? 'qualified' : 'unqualified')
    if (how === 'converted') control.update('leads', id, { hs_lead_associated_deals_count: '1' })
  },
})

const contactsBehind = (control: Control): ContactsBehind => ({
  insert: (company, contacts) => {
    const made = control.insertMany(
      'contacts',
      contacts.map(({ email, changedAt }) => ({ email, createdate: changedAt.toISOString() })),
    )
    const ids = made.map(({ id }) => id)
    control.associate(
      'contacts',
      company.object,
      ids.map(id => ({ from: id, to: company.remoteId })),
    )
    return ids
  },
})

/** Every property of HubSpot is a text. */
const texts = (fields: Fields): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? '')]))
