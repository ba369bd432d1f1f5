import type { z } from 'zod'
import type { Call, Limits } from '../../../src/contract/index.ts'
import type * as answers from './answers.ts'
import type { Input, NewProperty, Option, PageOfId, Search } from './requests.ts'

/** What we ask of HubSpot, a method for each kind of call. */
export interface Client {
  limits(): Limits
  page(
    object: string,
    properties: string[],
    limit: number,
    after: string | undefined,
    call: Call,
  ): Promise<Page>
  /** Archived and unknown ids throw `RequestFailed` of kind `gone`. */
  get(object: string, id: string, call: Call): Promise<answers.HubSpotRecord>
  search(object: string, search: Search, call: Call): Promise<z.infer<typeof answers.searchSchema>>
  batchRead(object: string, ids: Ids, properties: string[], call: Call): Promise<answers.BatchAnswer>
  batchUpdate(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  batchUpsert(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  /** Makes a record for each input, whatever is there: `id` is left out, unique properties alone stop a second one. */
  batchCreate(object: string, inputs: Input[], call: Call): Promise<answers.BatchAnswer>
  /** Which records of `to` belong to these of `from`, a page of each. At most `MAX_ASSOCIATION_INPUTS`. */
  associated(from: string, to: string, ids: PageOfId[], call: Call): Promise<answers.AssociatedAnswer>
  /** The types of association from one object to another. */
  labels(from: string, to: string, call: Call): Promise<answers.AssociationLabel[]>
  pipelines(object: string, call: Call): Promise<answers.Pipeline[]>
  properties(object: string, call: Call): Promise<answers.Property[]>
  /** Restores an archived property of this name, as it was. An existing name is a `duplicate`. */
  createProperty(object: string, property: NewProperty, call: Call): Promise<answers.Property>
  /** Replaces the whole list. */
  setOptions(object: string, name: string, options: Option[], call: Call): Promise<void>
  groups(object: string, call: Call): Promise<string[]>
  createGroup(object: string, name: string, label: string, call: Call): Promise<void>
  owners(after: string | undefined, call: Call): Promise<z.infer<typeof answers.ownersSchema>>
  account(call: Call): Promise<z.infer<typeof answers.accountSchema>>
  /** Scopes of the token: HubSpot tells them for private apps; other tokens are refused. */
  scopes(call: Call): Promise<string[]>
}

type Page = z.infer<typeof answers.pageSchema>

/** Ids of records, or values of a unique property. */
interface Ids {
  values: readonly string[]
  idProperty?: string
}
