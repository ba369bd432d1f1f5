import type { FieldSpec, Fields } from '../../../src/contract/index.ts'
import type { Harness } from '../../../src/kit/index.ts'
import { createExampleCrm, THROTTLE_SECONDS } from '../example-crm/crm.ts'
import { serve } from '../example-crm/serve.ts'
import type { Table } from '../example-crm/table.ts'

const TOKEN = 'example-token-0000'

const wanted: FieldSpec[] = [
  { name: 'kit_text', label: 'Text', description: 'Text', type: 'text' },
  { name: 'kit_number', label: 'Number', description: 'Number', type: 'number', scale: 1 },
  { name: 'kit_open', label: 'Open', description: 'Yes or no', type: 'boolean' },
  { name: 'kit_since', label: 'Since', description: 'Date', type: 'date' },
  { name: 'kit_seen_at', label: 'Seen', description: 'Time', type: 'datetime' },
  {
    name: 'kit_stage',
    label: 'Stage',
    description: 'Stage',
    type: 'enumeration',
    options: ['interest', 'evaluation'].map(value => ({ value, label: value })),
  },
]

export const harness: Harness = {
  pastOnePage: 25,
  throttleMs: THROTTLE_SECONDS * 1_000,
  bulk: true,
  alsoTells: ['whole', 'unnamed'],
  subjects: ['companies', 'leads'].map(object => ({ object, note: 'note', wanted, merges: true })),
  async start() {
    const crm = createExampleCrm()
    const { url, close } = await serve(crm, TOKEN)
    const table = (object: string): Table => {
      const found = crm.tables[object]
      if (found === undefined) throw new Error(`no object ${object}`)
      return found
    }
    const insert = (object: string, fields: Fields): string => {
      const outcome = table(object).write({ fields: { ...fields } })
      if ('error' in outcome) throw new Error(outcome.error.message)
      return outcome.id
    }
    return {
      url,
      config: url => ({ url, token: TOKEN }),
      secrets: [TOKEN],
      insert: (object, records) => records.map(fields => insert(object, fields)),
      records: object =>
        [...table(object).rows.values()].map(({ id, fields }) => ({ id, fields: { ...fields } })),
      remove: (object, id) => {
        table(object).rows.delete(id)
      },
      merge: (object, kept, lost) => table(object).merge(kept, lost),
      poison: (object, note, telling = 'named') => {
        table(object).poisons.set(note, telling)
      },
      refuse: how => {
        crm.refusing = how
      },
      calm: () => {
        crm.refusing = null
      },
      leads: {
        insert: companies =>
          companies.map(({ remoteId }) => insert('leads', { name: 'of people', company: remoteId })),
        end: (id, how) => {
          table('leads').write({ id, fields: { status: how, ended_at: new Date().toISOString() } })
        },
      },
      contacts: {
        insert: ({ remoteId }, people) =>
          people.map(({ email, changedAt }) => {
            const id = insert('people', { name: email, email, company: remoteId })
            const row = table('people').rows.get(id)
            if (row !== undefined) row.changedAt = changedAt
            return id
          }),
      },
      owners: { active: 'ann', left: 'bob' },
      close,
    }
  },
}
