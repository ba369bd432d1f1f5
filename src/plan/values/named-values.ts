import { PERSON_VALUES } from '../../config/when/condition-names.ts'
import { MAPPABLE, type Mappable } from '../../domain/mappable.ts'

/** All that a line of a mapping may name: an account's values and a person's. What both have is of one type. */
export const NAMED_VALUES: ReadonlyMap<string, Mappable> = new Map([...MAPPABLE, ...PERSON_VALUES])
