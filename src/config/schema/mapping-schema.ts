import { z } from 'zod'
import { MAPPABLE } from '../../domain/mappable.ts'
import { ALWAYS, type When } from '../../domain/when.ts'
import type { Mapping } from '../mapping.ts'
import { accountNames, PERSON_VALUES } from '../when/condition-names.ts'
import { parseCrmWhen } from '../when/crm-when.ts'
import { when } from '../when/when.ts'
import { changeActions } from './action-schema.ts'
import { fields } from './field-schema.ts'
import { ownerChoice, ownerId } from './owner-schema.ts'
import { durationOrNever, parsed, text } from './quantities.ts'

const REFRESH_AFTER_MS = 7 * 86_400_000

const prefer = () =>
  z.union([z.strictObject({ empty: text() }), z.strictObject({ set: text() }), z.literal('oldest')])

const match = () =>
  z.strictObject({
    by: text().describe('The CRM field that holds a domain or a website.'),
    skip: parsed<When | null>({ $ref: '#/$defs/crm_when' }, parseCrmWhen).default(null),
    prefer: z.array(prefer()).default([]).describe('Chooses among several records of one domain.'),
  })

/** A mapping file. Conditions may name these segments. */
export function mappingSchema(segments: readonly string[]) {
  const accountWhen = () => when(accountNames(segments), 'account_when')
  return z
    .strictObject({
      object: text().describe('The CRM object, such as companies or Account.'),
      match: match(),
      create: z
        .strictObject({ when: accountWhen(), as: text().optional() })
        .optional()
        .describe('Left out: records are never made.'),
      assign: z
        .array(z.strictObject({ when: accountWhen(), owner: ownerId() }))
        .default([])
        .describe('On create only; the first that holds.'),
      fields: fields(MAPPABLE),
      refresh_after: durationOrNever().default(REFRESH_AFTER_MS),
      leads: z
        .strictObject({
          when: accountWhen(),
          again: durationOrNever().default(null),
          ...ownerChoice(),
          fields: fields(MAPPABLE).optional(),
        })
        .optional(),
      people: z
        .strictObject({
          when: accountWhen().default(ALWAYS),
          fields: fields(new Map([...MAPPABLE, ...PERSON_VALUES])).optional(),
        })
        .optional()
        .describe('Contacts by email; off when left out.'),
      on_stage_change: changeActions('stage', segments).default([]),
      on_risk_change: changeActions('risk', segments).default([]),
    })
    .transform(
      (file): Mapping => ({
        object: file.object,
        match: file.match,
        create: file.create ? { when: file.create.when, as: file.create.as ?? file.object } : null,
        assign: file.assign,
        fields: file.fields,
        refreshAfterMs: file.refresh_after,
        leads: file.leads
          ? {
              when: file.leads.when,
              againAfterMs: file.leads.again,
              owner: file.leads.owner,
              fallbackOwner: file.leads.fallback_owner,
              fields: file.leads.fields ?? [],
            }
          : null,
        people: file.people ? { when: file.people.when, fields: file.people.fields ?? [] } : null,
        onStageChange: file.on_stage_change,
        onRiskChange: file.on_risk_change,
      }),
    )
}
