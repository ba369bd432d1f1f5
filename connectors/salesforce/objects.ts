import type { Capabilities } from '../../src/contract/index.ts'

/** The unique external id of ours that carries an account's domain. */
export const KEY_FIELD = 'OQL_Domain__c'

/** The field that sales works by: layouts that lack it are worth a warning. */
export const STAGE_FIELD = 'OQL_Stage__c'

export const ACCOUNT = 'Account'
export const LEAD = 'Lead'

export const capabilities: Capabilities = {
  objects: [ACCOUNT, LEAD],
  // `Website` is free text: no lookup finds every spelling of a domain, so accounts are matched by reading all.
  readBy: { [ACCOUNT]: [KEY_FIELD], [LEAD]: [KEY_FIELD] },
  alsoMatches: {},
  key: { [ACCOUNT]: KEY_FIELD, [LEAD]: KEY_FIELD },
  owner: { [ACCOUNT]: 'OwnerId', [LEAD]: 'OwnerId' },
  nameFields: { [ACCOUNT]: ['Name'], [LEAD]: ['Company', 'LastName'] },
  display: {
    [ACCOUNT]: ['Name', 'Website', 'Type', 'ParentId', 'BillingCountry', 'Owner.Name'],
    [LEAD]: ['Company', 'Name', 'Website', 'Status', 'Country', 'Owner.Name'],
  },
  creates: [ACCOUNT, LEAD],
  idempotentCreates: [ACCOUNT, LEAD],
  schema: true,
  notices: {},
}
