import type { FieldSpec, FieldValue } from '../contract/index.ts'

/** A value that is hard on its type. */
export function exampleOf({ type, scale = 0, options = [] }: FieldSpec): FieldValue {
  switch (type) {
    case 'text':
      return 'Grüße, "quoted" <b> & 日本'
    case 'number':
      return scale > 0 ? 12.5 : 12
    case 'boolean':
      return true
    case 'date':
      return '2026-02-28'
    case 'datetime':
      return '2026-02-28T23:30:00.000Z'
    case 'enumeration':
      return options[0]?.value ?? null
  }
}

/** Whether a value came back as it was sent: moments are the same in every spelling. */
export const isSame = ({ type }: FieldSpec, sent: FieldValue, got: unknown): boolean =>
  type === 'datetime' && typeof sent === 'string' && typeof got === 'string'
    ? Date.parse(sent) === Date.parse(got)
    : sent === got
