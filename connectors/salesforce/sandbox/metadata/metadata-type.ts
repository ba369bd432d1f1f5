import type { SandboxUser } from '../options.ts'
import type { Org } from '../org/org.ts'
import type { RowError } from '../write/outcome.ts'
import type { Element, Xml } from './xml.ts'

/** How one type of metadata is kept. */
export interface MetadataType {
  exists(org: Org, fullName: string): boolean
  /** What `readMetadata` answers; the component is there. */
  read(org: Org, fullName: string): Xml
  /** Makes it or changes it; what Salesforce would refuse it for. */
  put(org: Org, user: SandboxUser, fullName: string, given: Element): RowError | undefined
  remove(org: Org, user: SandboxUser, fullName: string): void
  names(org: Org): string[]
}
