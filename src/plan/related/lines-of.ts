import type { FieldMapping, Mapping } from '../../config/mapping.ts'

/**
 * The lines of a mapping that concern an object. Where records are made as another object than the one that is matched
 * (`create.as: Lead` beside `object: Account`), lines written on create are that object's alone.
 */
export function linesOf(
  { object: matched, create, fields }: Mapping,
  object: string,
): readonly FieldMapping[] {
  const madeElsewhere = create !== null && create.as !== matched
  return object === matched && madeElsewhere ? fields.filter(line => line.write !== 'on_create') : fields
}
