import type { FieldMapping } from '../../config/mapping.ts'
import type { Value } from '../../domain/mappable.ts'
import { encode, type FieldShape } from '../fields/field-value.ts'

/**
 * What a line of the mapping wants its CRM field to hold: null clears it, undefined leaves it alone. A value that
 * `values` does not translate, or that the field can't take, is never sent.
 */
export function wantedValue(
  line: FieldMapping,
  shape: FieldShape,
  valueNamed: (name: string) => Value,
): Value | undefined {
  const own = line.from === undefined ? line.value : valueNamed(line.from)
  const encoded = encodeTranslated(line, shape, own)
  return encoded === null && line.onNull === 'keep' ? undefined : encoded
}

function encodeTranslated(line: FieldMapping, shape: FieldShape, own: Value): Value | undefined {
  if (own === null || line.values === undefined) return encode(shape, own)
  const key = String(own)
  const translated = Object.hasOwn(line.values, key) ? line.values[key] : undefined
  return translated === undefined ? undefined : encode(shape, translated)
}
