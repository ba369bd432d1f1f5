import type { FieldMapping } from '../../config/mapping.ts'
import type { FieldValue } from '../../contract/fields.ts'

/** What a line writes for an option of an enumeration. */
export const writtenFor = (line: FieldMapping, option: string): FieldValue => line.values?.[option] ?? option

/**
 * The line of a mapping by which a record tells a value of its account: it is written always, and no two options are
 * written alike. Undefined where no line does.
 */
export const tellingLine = (
  fields: readonly FieldMapping[],
  from: string,
  options: readonly string[],
): FieldMapping | undefined =>
  fields.find(
    line =>
      line.from === from &&
      line.write === 'always' &&
      new Set(options.map(option => writtenFor(line, option))).size === options.length,
  )
