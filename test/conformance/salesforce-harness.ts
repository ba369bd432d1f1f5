import { EVENT } from '../../connectors/salesforce/objects.ts'
import { createSalesforceSandbox } from '../../connectors/salesforce/sandbox/index.ts'
import type { FieldSpec, Fields } from '../../src/contract/index.ts'
import type { Harness } from '../../src/kit/index.ts'

const wanted: FieldSpec[] = [
  { name: 'OQL_Text__c', label: 'Text', description: 'Text', type: 'text' },
  { name: 'OQL_Number__c', label: 'Number', description: 'Number', type: 'number', scale: 2 },
  { name: 'OQL_Flag__c', label: 'Flag', description: 'Flag', type: 'boolean' },
  { name: 'OQL_Since__c', label: 'Since', description: 'Date', type: 'date' },
  { name: 'OQL_Seen_At__c', label: 'Seen', description: 'Time', type: 'datetime' },
  {
    name: 'OQL_Stage__c',
    label: 'Stage',
    description: 'Stage',
    type: 'enumeration',
    options: [
      { value: 'interest', label: 'Interest' },
      { value: 'ongoing_usage', label: 'Ongoing usage' },
    ],
  },
]

export const salesforceHarness: Harness = {
  // A query answers 2,000 records at once.
  pastOnePage: 2_010,
  // REQUEST_LIMIT_EXCEEDED says too many, and not for how long.
  throttleMs: null,
  bulk: true,
  tokenPath: /^\/services\/oauth2\//,
  subjects: ['Account', 'Lead'].map(object => ({
    object,
    note: 'Description',
    wanted,
    merges: true,
    becomes: object === 'Lead',
  })),
  async start() {
    const { url, credentials, control, close } = await createSalesforceSandbox({
      unlimited: true,
      // So that a job is seen at work.
      jobPolls: 2,
    })
    const { clientId: client_id, clientSecret: client_secret } = credentials
    const insert = (object: string, records: readonly Fields[]): string[] =>
      control.insertMany(object, records).map(({ id }) => id)
    const userNamed = (name: string): string => {
      const user = control.records('User').find(({ fields }) => fields.Username === name)
      if (user === undefined) throw new Error(`the sandbox has no user ${name}`)
      return user.id
    }
    return {
      url,
      config: login_url => ({ login_url, auth: { type: 'client_credentials', client_id, client_secret } }),
      secrets: [client_secret],
      insert,
      records: object =>
        object === EVENT
          ? control.events(object).map(({ fields }, index) => ({ id: `event-${index}`, fields }))
          : control.records(object),
      remove: (object, id) => control.delete(object, id),
      become: (_, id) => ({ object: 'Account', id: control.convertLead(id) }),
      merge: (object, kept, lost) => control.merge(object, kept, lost).id,
      poison: (object, note) =>
        control.poison(input => input.object === object && Object.values(input.fields).includes(note)),
      refuse: how => {
        const policy = how === 'quota' ? 'daily' : 'concurrent'
        for (const kind of ['read', 'write'] as const) {
          control.fault({ trouble: { kind: 'rate_limit', policy }, kind, every: 1 })
        }
      },
      calm: () => control.clearFaults(),
      leads: {
        insert: companies =>
          insert(
            'Lead',
            companies.map(({ names: [Company = ''] }) => ({ Company, LastName: 'Of people' })),
          ),
        end: (id, how) => {
          if (how === 'converted') control.convertLead(id)
          else control.update('Lead', id, { Status: 'Closed - Not Converted' })
        },
      },
      contacts: {
        insert: ({ remoteId }, people) =>
          insert(
            'Contact',
            people.map(({ email, changedAt }) => ({
              LastName: email,
              Email: email,
              AccountId: remoteId,
              CreatedDate: changedAt.toISOString(),
            })),
          ),
      },
      owners: { active: userNamed('ada@sandbox.example'), left: userNamed('left@sandbox.example') },
      close,
    }
  },
}
