import type { Check } from '../check.ts'
import type { Stage } from '../stage.ts'

const has: Check['applies'] = ({ capabilities }) => capabilities.schema

const state = async (stage: Stage) =>
  JSON.stringify(await (await stage.open()).describe(stage.subject.object, stage.hook()))

const dryRun: Check = {
  id: 'schema-dry-run',
  promise: 'a dry run of ensureSchema writes nothing and tells what the real one does',
  per: 'object',
  applies: has,
  async run(stage) {
    const { subject, must } = stage
    const session = await stage.open()
    const before = await state(stage)
    const hook = stage.hook()
    const planned = await session.ensureSchema(subject.object, subject.wanted, { ...hook, dryRun: true })
    must(planned.length > 0, 'nothing is to be made, in a CRM that has no field of ours')
    must(
      planned.every(({ done }) => !done),
      'a step of a dry run is done',
    )
    must(
      hook.sent.every(({ kind }) => kind === 'read'),
      'a dry run sent a write',
    )
    must((await state(stage)) === before, 'a dry run changed the schema')
    const made = await session.ensureSchema(subject.object, subject.wanted, {
      ...stage.hook(),
      dryRun: false,
    })
    const named = (steps: typeof made) =>
      steps
        .map(({ action, name }) => `${action} ${name}`)
        .sort()
        .join(', ')
    must(named(planned) === named(made), `planned ${named(planned)}, made ${named(made)}`)
    for (const { name, detail, done } of made) must(done, `${name} was not made: ${detail}`)
  },
}

const twice: Check = {
  id: 'schema-twice',
  promise: 'ensureSchema twice changes nothing',
  per: 'object',
  applies: has,
  async run(stage) {
    const { subject, must } = stage
    const session = await stage.ready()
    const before = await state(stage)
    const hook = stage.hook()
    // By another session: what it knows must come from the CRM.
    const later = await stage.open()
    for (const one of [session, later]) {
      const steps = await one.ensureSchema(subject.object, subject.wanted, { ...hook, dryRun: false })
      must(steps.length === 0, `the second time: ${steps.map(({ action, name }) => `${action} ${name}`)}`)
    }
    must(
      hook.sent.every(({ kind }) => kind === 'read'),
      'the second time sent a write',
    )
    must((await state(stage)) === before, 'the second time changed the schema')
  },
}

const addsOnly: Check = {
  id: 'schema-adds-only',
  promise: 'ensureSchema adds only: no field and no option goes, no type changes',
  per: 'object',
  applies: has,
  async run(stage) {
    const { subject, must } = stage
    const { object } = subject
    const session = await stage.ready()
    const before = await session.describe(object, stage.hook())
    for (const { name, type } of subject.wanted) {
      must(before.find(field => field.name === name)?.type === type, `${name} is not described as ${type}`)
    }
    const others = subject.wanted.map(spec =>
      spec.type === 'enumeration'
        ? { ...spec, options: [{ value: 'kit_other', label: 'Kit other' }] }
        : { ...spec, type: spec.type === 'text' ? ('number' as const) : ('text' as const) },
    )
    const steps = await session.ensureSchema(object, others, { ...stage.hook(), dryRun: false })
    for (const { name, type } of others) {
      if (type === 'enumeration') continue
      const step = steps.find(one => one.name === name)
      must(step?.action === 'conflict' && !step.done, `${name} can't become ${type}, and no conflict says so`)
    }
    const after = new Map((await session.describe(object, stage.hook())).map(field => [field.name, field]))
    for (const { name, type, options = [] } of before) {
      const now = after.get(name)
      must(now?.type === type, `${name} was ${type} and is ${now?.type ?? 'gone'}`)
      const lost = options.filter(option => !(now?.options ?? []).includes(option))
      must(lost.length === 0, `${name} lost the options ${lost}`)
    }
    for (const { name, type } of others) {
      if (type !== 'enumeration') continue
      must(after.get(name)?.options?.includes('kit_other') ?? false, `${name} did not get its new option`)
    }
  },
}

const none: Check = {
  id: 'schema-none',
  promise: 'a connector that makes no fields says so: ensureSchema does nothing',
  per: 'object',
  applies: ({ capabilities }) => !capabilities.schema,
  async run(stage) {
    const { subject, must } = stage
    const session = await stage.open()
    const before = await state(stage)
    const hook = stage.hook()
    const spec = { name: 'kit_field', label: 'Kit', description: 'Kit', type: 'text' } as const
    const steps = await session.ensureSchema(subject.object, [spec], { ...hook, dryRun: false })
    must(
      steps.every(({ done }) => !done),
      'a step is done',
    )
    must(
      hook.sent.every(({ kind }) => kind === 'read'),
      'a write was sent',
    )
    must((await state(stage)) === before, 'the schema changed')
  },
}

export const SCHEMA: readonly Check[] = [dryRun, twice, addsOnly, none]
