import type { Check } from '../check.ts'
import { BULK } from './bulk.ts'
import { CANCELLING } from './cancelling.ts'
import { CAPABILITIES } from './capabilities.ts'
import { CONFIG } from './config.ts'
import { CONTACTS } from './contacts.ts'
import { LEADS } from './leads.ts'
import { LOST_ANSWERS } from './lost-answers.ts'
import { NOTICES } from './notices.ts'
import { OWNERS } from './owners.ts'
import { READS } from './reads.ts'
import { REQUESTS } from './requests.ts'
import { SCHEMA } from './schema.ts'
import { SECRETS } from './secrets.ts'
import { TROUBLES } from './troubles.ts'
import { VALUES } from './values.ts'
import { WRITES } from './writes.ts'

/** Every promise of the contract that the kit holds a connector to. */
export const CHECKS: readonly Check[] = [
  ...CONFIG,
  ...CAPABILITIES,
  ...SCHEMA,
  ...READS,
  ...WRITES,
  ...VALUES,
  ...LOST_ANSWERS,
  ...LEADS,
  ...CONTACTS,
  ...OWNERS,
  ...NOTICES,
  ...BULK,
  ...TROUBLES,
  ...CANCELLING,
  ...REQUESTS,
  ...SECRETS,
]
