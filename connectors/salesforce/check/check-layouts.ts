import { type Call, RequestFailed } from '../../../src/contract/index.ts'
import type { Described, Layouts } from '../http/answers.ts'
import type { Client } from '../http/client.ts'
import { STAGE_FIELD } from '../objects.ts'
import { type Findings, NOTHING } from './findings.ts'

/** Page layouts that do not show the stage: a new field stands on none. */
export async function checkLayouts(
  client: Client,
  { name, fields }: Described,
  call: Call,
): Promise<Findings> {
  if (!fields.some(field => field.name === STAGE_FIELD)) return NOTHING
  const layouts = await layoutsOrNone(client, name, call)
  const lacking = (layouts?.layouts ?? []).filter(layout => !fieldsOn(layout).has(STAGE_FIELD))
  if (lacking.length === 0) return NOTHING
  const names = new Map((layouts?.recordTypeMappings ?? []).map(type => [type.layoutId, type.name]))
  const labels = [...new Set(lacking.map(({ id }) => names.get(id) ?? id ?? 'without a name'))]
  const warning = {
    code: 'not_on_layout',
    message: `Page layouts of ${name} do not show ${STAGE_FIELD}: those of record type ${labels.join(', ')}`,
    hint: 'Add the fields to the layout in Setup → Object Manager → Page Layouts; `oql setup salesforce --export DIR` has a section to copy',
  }
  return { problems: [], warnings: [warning] }
}

/** A user who may not see layouts gets no warning for it: they are no part of what we do. */
async function layoutsOrNone(client: Client, object: string, call: Call): Promise<Layouts | null> {
  try {
    return await client.layouts(object, call)
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    return null
  }
}

type Layout = NonNullable<Layouts['layouts']>[number]

const fieldsOn = ({ detailLayoutSections }: Layout): ReadonlySet<string> =>
  new Set(
    detailLayoutSections
      .flatMap(section => section.layoutRows)
      .flatMap(row => row.layoutItems)
      .flatMap(item => item.layoutComponents)
      .flatMap(({ value }) => value ?? []),
  )
