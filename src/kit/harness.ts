import type { Company, FieldSpec, Fields } from '../contract/index.ts'

/** What a connector's test brings along, so that the kit can stand its CRM up and look behind its API. */
export interface Harness {
  /** Starts a CRM that holds no record and no field of ours, without search lag and with generous limits. */
  start(): Promise<Crm>
  /** One for each object of `capabilities.key`: those that accounts are linked to. Leads, contacts and notices are made beside the first. */
  subjects: readonly Subject[]
  /** So many records that no kind of read gets them in one request. */
  pastOnePage: number
  /** How long the CRM asks to wait when it is asked too fast; null where it does not say. */
  throttleMs: number | null
  /** Whether the session has `bulk`. */
  bulk: boolean
  /** Requests that only get a token: they are no calls of the session. */
  tokenPath?: RegExp
  /** How else than by naming it the CRM may tell of a record that it refuses. */
  alsoTells?: readonly Exclude<Telling, 'named'>[]
}

/**
 * How a CRM tells of a record that it refuses among others: by an error that says whose it is, beside the others, which
 * are written; by refusing the whole batch, of which nothing is written; or by an error that does not say whose it is,
 * beside the others, which are written.
 */
export type Telling = 'named' | 'whole' | 'unnamed'

/** What the kit writes to one object. */
export interface Subject {
  object: string
  /** A text field that is there from the beginning: writable, empty by default, neither unique nor required. */
  note: string
  /** What `ensureSchema` is to make, one of each type if it can; empty where `capabilities.schema` is false. */
  wanted: readonly FieldSpec[]
  /** Whether the CRM can merge two of its records, so that the id of one leads to the other. */
  merges: boolean
  /** Whether its records can become another object's, as a Lead becomes an Account; then the session has `becameOthers`. */
  becomes?: boolean
}

/** A running stand-in of the CRM, seen from behind: past tokens, limits and validation. */
export interface Crm {
  /** Where it listens. The kit stands between it and the connector. */
  url: string
  /** The connector's config as a person writes it, for a CRM at `url`. */
  config(url: string): Readonly<Record<string, unknown>>
  /** Values of the config that nobody may see. */
  secrets: readonly string[]
  /** As a person would make them; reads find them at once. Their ids, in order. */
  insert(object: string, records: readonly Fields[]): Awaitable<string[]>
  /** Live records, of what notices make too: the events that were published. An empty field is null, '' or left out. */
  records(object: string): Awaitable<SeenRecord[]>
  remove(object: string, id: string): Awaitable<void>
  /** The id of the record that lives on. Asked for only where `Subject.merges`. */
  merge(object: string, keptId: string, lostId: string): Awaitable<string>
  /** Makes a record another object's; where it lives on. Asked for only where `Subject.becomes`. */
  become?(object: string, id: string): Awaitable<{ object: string; id: string }>
  /**
   * From now on the CRM refuses every record of which `note`, or of a notice its body, would hold this text, and tells
   * so. Without `telling`, as it usually does; with one, only where `Harness.alsoTells` names it.
   */
  poison(object: string, note: string, telling?: Telling): Awaitable<void>
  /** From now on every request but those for tokens is refused: too fast, or the day's calls are used up. */
  refuse(how: 'throttled' | 'quota'): Awaitable<void>
  /** Ends what `refuse` and `poison` began. */
  calm(): Awaitable<void>
  /** Where `capabilities.leads` is. */
  leads?: LeadsBehind
  /** Where `capabilities.contacts` is. */
  contacts?: ContactsBehind
  /** Where leads or tasks are given to somebody. */
  owners?: { active: string; left: string }
  close(): Awaitable<void>
}

/** What people do with leads. */
export interface LeadsBehind {
  /** Leads that people made, without a key of ours, one for each of these companies. Their ids, in order. */
  insert(companies: readonly Company[]): Awaitable<string[]>
  /** Asked of leads of people and of ours. */
  end(id: string, how: 'closed' | 'converted'): Awaitable<void>
}

export interface ContactsBehind {
  /** Contacts of a company, each changed at its time, which is past. Their ids, in order. */
  insert(company: Company, contacts: readonly { email: string; changedAt: Date }[]): Awaitable<string[]>
}

export interface SeenRecord {
  id: string
  fields: Readonly<Record<string, unknown>>
}

export type Awaitable<T> = T | Promise<T>
