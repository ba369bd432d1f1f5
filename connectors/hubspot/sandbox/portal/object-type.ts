import { badRequest, Refusal } from '../rest/refusal.ts'

/** An object of the CRM that the sandbox knows. */
export interface ObjectType {
  /** As it stands in paths, such as `companies`. */
  name: string
  id: string
  singular: string
  /** What answers carry when no property is asked for. */
  defaultProperties: readonly string[]
  /** A record can't be made without these. */
  required: readonly string[]
  /** A record can't be made without one of these. */
  oneOf: readonly string[]
  /** Properties that full-text `query` looks into. */
  searched: readonly string[]
  /** What the user of the object has to be allowed: tasks and notes go with contacts. */
  scope: string
  /** An object that a new record must be associated with. */
  needs?: string
  /** Only two records of these can become one. */
  mergeable: boolean
}

const TYPES: readonly ObjectType[] = [
  {
    name: 'companies',
    id: '0-2',
    singular: 'company',
    defaultProperties: ['name', 'domain'],
    required: [],
    oneOf: ['name', 'domain'],
    searched: ['name', 'domain', 'phone', 'website'],
    scope: 'companies',
    mergeable: true,
  },
  {
    name: 'contacts',
    id: '0-1',
    singular: 'contact',
    defaultProperties: ['firstname', 'lastname', 'email'],
    required: [],
    oneOf: ['email', 'firstname', 'lastname'],
    searched: ['firstname', 'lastname', 'email', 'phone'],
    scope: 'contacts',
    mergeable: true,
  },
  {
    name: 'leads',
    id: '0-136',
    singular: 'lead',
    defaultProperties: ['hs_lead_name'],
    required: ['hs_lead_name'],
    oneOf: [],
    searched: ['hs_lead_name'],
    scope: 'leads',
    needs: 'contacts',
    mergeable: false,
  },
  {
    name: 'tasks',
    id: '0-27',
    singular: 'task',
    defaultProperties: ['hs_timestamp', 'hs_task_subject'],
    required: ['hs_timestamp'],
    oneOf: [],
    searched: ['hs_task_subject', 'hs_task_body'],
    scope: 'contacts',
    mergeable: false,
  },
  {
    name: 'notes',
    id: '0-46',
    singular: 'note',
    defaultProperties: ['hs_timestamp', 'hs_note_body'],
    required: ['hs_timestamp'],
    oneOf: [],
    searched: ['hs_note_body'],
    scope: 'contacts',
    mergeable: false,
  },
]

export const OBJECT_TYPES: readonly ObjectType[] = TYPES

/** By any of the names that HubSpot takes: `companies`, `company`, `0-2`. */
export function objectType(named: string, salesHub: boolean): ObjectType {
  const type = TYPES.find(({ name, id, singular }) => [name, id, singular].includes(named.toLowerCase()))
  if (type === undefined) throw badRequest(`Unable to infer object type from: ${named}`)
  if (type.name === 'leads' && !salesHub) {
    throw new Refusal(403, { message: 'This account has no access to leads', category: 'FORBIDDEN' })
  }
  return type
}
