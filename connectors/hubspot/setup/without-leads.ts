import type { Field, SchemaStep } from '../../../src/contract/index.ts'
import { isRefused } from '../http/is-refused.ts'
import { leads } from '../objects.ts'

/**
 * The fields of an object. Of leads none where this portal has none for us: `check` says that as a warning, and what is
 * made beside them must go on.
 */
export async function describeIfThere(object: string, describe: () => Promise<Field[]>): Promise<Field[]> {
  try {
    return await describe()
  } catch (error) {
    if (object !== leads.object || !isRefused(error)) throw error
    return []
  }
}

/** The steps for an object; leads that this portal does not have for us stand in the way of themselves alone. */
export async function ensureIfThere(
  object: string,
  ensure: () => Promise<SchemaStep[]>,
): Promise<SchemaStep[]> {
  try {
    return await ensure()
  } catch (error) {
    if (object !== leads.object || !isRefused(error)) throw error
    const detail = `HubSpot has no leads for us: ${error.message}`
    return [{ action: 'conflict', object, name: leads.key, detail, done: false }]
  }
}
