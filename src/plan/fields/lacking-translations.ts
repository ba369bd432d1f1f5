import type { Mapping } from '../../config/mapping.ts'
import type { CheckProblem } from '../../contract/session.ts'
import { NAMED_VALUES } from '../values/named-values.ts'

/** Lines of a mapping whose `values` lacks an option of its enumeration: that one could never be written. */
export function lackingTranslations({ fields, leads, people }: Mapping, connector: string): CheckProblem[] {
  const lines = [...fields, ...(leads?.fields ?? []), ...(people?.fields ?? [])]
  return lines.flatMap(({ from, to, values }) => {
    const mappable = from === undefined ? undefined : NAMED_VALUES.get(from)
    if (values === undefined || mappable?.type !== 'enumeration') return []
    const lacking = mappable.options.filter(option => !Object.hasOwn(values, option))
    if (lacking.length === 0) return []
    return [
      {
        code: 'missing_translation',
        message: `${connector}: the values: of field ${to} have no translation for ${lacking.join(', ')}`,
        hint: `Add ${lacking.length > 1 ? 'them' : 'it'} to the field's line in the mapping; what ${from} is then written as is up to you`,
      },
    ]
  })
}
