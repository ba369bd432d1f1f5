import { describe, expect, test } from 'vitest'
import { loadMapping, MAPPING, placesOf, problemsOf } from './config-folder.ts'

const FULL = `object: companies
match:
  by: domain
  skip: { Type: [Partner], Tier: "!= A" }
  prefer: [ { empty: ParentId }, { set: OwnerId }, oldest ]
create: { when: [ { stage: [experimentation, ongoing_usage] }, { high_30: ">= 1", uses_30: ">= 1" } ], as: lead }
assign: [ { when: { country: [DE] }, owner: "12345" }, { when: { segment: big }, owner: 678 } ]
fields:
  - { from: stage, to: oql_stage }
  - { from: score, to: oql_score, min_change: 5, on_null: keep }
  - { from: reason, to: oql_reason, trigger: true }
  - { from: risk, to: risk, values: { medium: Some, high: Much } }
  - { value: "Open source", to: lead_source, write: on_create }
  - { from: domain, to: domain, write: if_empty }
refresh_after: never
leads: { when: { stage: [ongoing_usage] }, again: 180d, owner: record, fallback_owner: "1", fields: [ { from: name, to: hs_lead_name } ] }
people: { when: { stage: [ongoing_usage] }, fields: [ { from: email, to: email }, { from: stage, to: s } ] }
on_stage_change:
  - task: { when: { to: [ongoing_usage], direction: up, from: null }, subject: "{{name}} reached {{ stage_label }}", body: "{{reason}}", due_in: 2d, owner: record, fallback_owner: "1" }
  - event: { when: {} }
  - note: { when: { direction: down }, body: "{{from}}" }
on_risk_change:
  - task: { when: { risk: high } }
`

describe('a mapping with every key', () => {
  test('becomes a typed mapping', async () => {
    const line = { write: 'always', onNull: 'clear', trigger: false }
    expect(await loadMapping(FULL, 'segments: { big: {} }\n')).toEqual({
      object: 'companies',
      match: {
        by: 'domain',
        skip: [{ Type: { op: 'oneOf', values: ['Partner'] }, Tier: { op: '!=', value: 'A' } }],
        prefer: [{ empty: 'ParentId' }, { set: 'OwnerId' }, 'oldest'],
      },
      create: {
        when: [
          { stage: { op: 'oneOf', values: ['experimentation', 'ongoing_usage'] } },
          { high_30: { op: '>=', value: 1 }, uses_30: { op: '>=', value: 1 } },
        ],
        as: 'lead',
      },
      assign: [
        { when: [{ country: { op: 'oneOf', values: ['DE'] } }], owner: '12345' },
        { when: [{ segment: { op: 'oneOf', values: ['big'] } }], owner: '678' },
      ],
      fields: [
        { ...line, from: 'stage', to: 'oql_stage', trigger: true },
        { ...line, from: 'score', to: 'oql_score', trigger: true, minChange: 5, onNull: 'keep' },
        { ...line, from: 'reason', to: 'oql_reason', trigger: true },
        { ...line, from: 'risk', to: 'risk', trigger: true, values: { medium: 'Some', high: 'Much' } },
        { ...line, value: 'Open source', to: 'lead_source', write: 'on_create' },
        { ...line, from: 'domain', to: 'domain', write: 'if_empty' },
      ],
      refreshAfterMs: null,
      leads: {
        when: [{ stage: { op: 'oneOf', values: ['ongoing_usage'] } }],
        againAfterMs: 180 * 86_400_000,
        owner: 'record',
        fallbackOwner: '1',
        fields: [{ ...line, from: 'name', to: 'hs_lead_name' }],
      },
      people: {
        when: [{ stage: { op: 'oneOf', values: ['ongoing_usage'] } }],
        fields: [
          { ...line, from: 'email', to: 'email' },
          { ...line, from: 'stage', to: 's', trigger: true },
        ],
      },
      onStageChange: [
        {
          type: 'task',
          when: [
            {
              to: { op: 'oneOf', values: ['ongoing_usage'] },
              direction: { op: 'oneOf', values: ['up'] },
              from: { op: 'oneOf', values: [null] },
            },
          ],
          subject: '{{name}} reached {{ stage_label }}',
          body: '{{reason}}',
          dueInMs: 2 * 86_400_000,
          owner: 'record',
          fallbackOwner: '1',
        },
        { type: 'event', when: [{}] },
        { type: 'note', when: [{ direction: { op: 'oneOf', values: ['down'] } }], body: '{{from}}' },
      ],
      onRiskChange: [
        {
          type: 'task',
          when: [{ risk: { op: 'oneOf', values: ['high'] } }],
          subject: '{{name}} is going quiet',
          body: '{{reason}}',
          dueInMs: 86_400_000,
          owner: null,
          fallbackOwner: null,
        },
      ],
    })
  })

  test('of which only little must be written', async () => {
    expect(await loadMapping(`${MAPPING}create: { when: {} }\n`)).toMatchObject({
      match: { skip: null, prefer: [] },
      create: { when: [{}], as: 'companies' },
      refreshAfterMs: 7 * 86_400_000,
      leads: null,
      people: null,
      assign: [],
      onStageChange: [],
      onRiskChange: [],
    })
  })
})

describe('faults', () => {
  test('of fields are told line by line, with the nearest name', async () => {
    const mapping = `object: companies
match: { by: domain }
fields:
  - { from: stge, to: a }
  - { from: stage, to: b, values: { ongoing_usage: Ongoing, inactve: No } }
  - { from: score, to: b }
  - { from: as_of, to: c, trigger: true }
  - { value: x, to: d, min_change: 1 }
  - { from: stage, to: e, min_change: 1 }
  - { from: score, to: f, values: { a: b } }
  - { from: score, value: 1, to: g }
  - { to: h }
  - { from: score, to: i, write: on_creat }
`
    expect(
      (await problemsOf(loadMapping(mapping))).map(({ line, key, message, nearest }) => [
        line,
        key,
        message,
        nearest,
      ]),
    ).toEqual([
      [4, 'fields[0].from', 'unknown value', 'stage'],
      [5, 'fields[1].values.inactve', 'unknown option', 'inactive'],
      [6, 'fields[2].to', 'is written twice: fields[1] goes to the same field', undefined],
      [7, 'fields[3].trigger', 'as_of changes with every run: it can only ride along', undefined],
      [8, 'fields[4].min_change', 'goes with `from`, not with a constant', undefined],
      [9, 'fields[5].min_change', 'goes with numbers; stage is an enumeration', undefined],
      [10, 'fields[6].values', 'goes with enumerations and texts; score is a number', undefined],
      [11, 'fields[7].value', 'a field has either `from` or `value`', undefined],
      [12, 'fields[8].from', 'missing (or `value`, for a constant)', undefined],
      [13, 'fields[9].write', 'must be one of "always", "on_create", "if_empty"', 'on_create'],
    ])
  })

  test.each([
    [
      'a preference',
      'match: { by: domain, prefer: [ { emtpy: x } ] }',
      'hubspot.yaml:2 match.prefer[0].emtpy',
    ],
    ['a preference word', 'match: { by: domain, prefer: [ newest ] }', 'hubspot.yaml:2 match.prefer[0]'],
    ['an empty skip', 'match: { by: domain, skip: {} }', 'hubspot.yaml:2 match.skip'],
    ['create without when', 'create: { as: companies }', 'hubspot.yaml:2 create.when'],
    ['a lead without when', 'leads: { again: never }', 'hubspot.yaml:2 leads.when'],
    [
      'a segment that is not there',
      'create: { when: { segment: big } }',
      'hubspot.yaml:2 create.when.segment',
    ],
    [
      'a direction without a change',
      'create: { when: { direction: up } }',
      'hubspot.yaml:2 create.when.direction',
    ],
    [
      'a name of a template',
      'on_stage_change: [ { task: { subject: "{{nam}}" } } ]',
      'hubspot.yaml:2 on_stage_change[0].task.subject',
    ],
    [
      'an open template',
      'on_stage_change: [ { note: { body: "{{name" } } ]',
      'hubspot.yaml:2 on_stage_change[0].note.body',
    ],
    [
      'two actions in one',
      'on_stage_change: [ { note: {}, event: {} } ]',
      'hubspot.yaml:2 on_stage_change[0].note',
    ],
    [
      'an action that does not exist',
      'on_stage_change: [ { tusk: {} } ]',
      'hubspot.yaml:2 on_stage_change[0].tusk',
    ],
    ['a time', 'refresh_after: weekly', 'hubspot.yaml:2 refresh_after'],
    ['an owner', 'leads: { when: {}, owner: somebody }', 'hubspot.yaml:2 leads.owner'],
  ])('%s', async (_, line, place) => {
    const lines = ['object: companies', line, 'fields: [ { from: stage, to: a } ]']
    if (!line.startsWith('match')) lines.push('match: { by: domain }')
    expect(await placesOf(loadMapping(`${lines.join('\n')}\n`))).toContain(place)
  })
})

test.each([
  ['leads.again', 'leads: { when: {}, again: sometimes }'],
  ['refresh_after', 'refresh_after: weekly'],
])('%s that is no time is told that never is one too', async (_, line) => {
  const lines = ['object: companies', line, 'match: { by: domain }', 'fields: [ { from: stage, to: a } ]']
  const problems = await problemsOf(loadMapping(`${lines.join('\n')}\n`))
  expect(problems.map(({ message }) => message)).toContain(
    'must be a time such as 30s, 5m, 1h or 7d, or never',
  )
})
