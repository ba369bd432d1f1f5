import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { repositoryFile, repositoryFiles } from './repository-file.ts'

/** What GitHub asks of a form; it shows none that breaks one of these. */
const ID = z.string().regex(/^[\w-]+$/)
const REQUIRED = z.strictObject({ required: z.boolean() }).optional()
const TOLD = { label: z.string().min(1), description: z.string().optional() }
const PART = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string().min(1) }) }),
  z.strictObject({
    type: z.literal('input'),
    id: ID,
    attributes: z.strictObject({ ...TOLD, placeholder: z.string().optional(), value: z.string().optional() }),
    validations: REQUIRED,
  }),
  z.strictObject({
    type: z.literal('textarea'),
    id: ID,
    attributes: z.strictObject({
      ...TOLD,
      placeholder: z.string().optional(),
      value: z.string().optional(),
      render: z.string().optional(),
    }),
    validations: REQUIRED,
  }),
  z.strictObject({
    type: z.literal('dropdown'),
    id: ID,
    attributes: z.strictObject({
      ...TOLD,
      multiple: z.boolean().optional(),
      // GitHub takes neither a boolean (an unquoted yes or no) nor the same one twice.
      options: z.array(z.string().min(1)).refine(all => new Set(all).size === all.length),
    }),
    validations: REQUIRED,
  }),
  z.strictObject({
    type: z.literal('checkboxes'),
    id: ID,
    attributes: z.strictObject({
      ...TOLD,
      options: z.array(z.strictObject({ label: z.string().min(1), required: z.boolean().optional() })),
    }),
  }),
])
const FORM = z.strictObject({
  name: z.string().min(3),
  description: z.string().min(3).max(200),
  labels: z.array(z.string()),
  body: z.array(PART),
})

const folder = '.github/ISSUE_TEMPLATE'
const FORMS = (await repositoryFiles(folder)).filter(name => !name.endsWith('/config.yml'))
const read = async (name: string) => FORM.parse(parse(await repositoryFile(name)))

const fields = ({ body }: z.infer<typeof FORM>) =>
  body.flatMap(part => (part.type === 'markdown' ? [] : part))
const required = (form: z.infer<typeof FORM>) =>
  fields(form).flatMap(part => ('validations' in part && part.validations?.required ? part.id : []))

test('an issue is a bug or an idea, and is asked what a maintainer needs', async () => {
  expect(FORMS.toSorted()).toEqual([`${folder}/bug.yml`, `${folder}/idea.yml`])
  expect(parse(await repositoryFile(`${folder}/config.yml`))).toEqual({ blank_issues_enabled: false })
})

describe.each(FORMS)('%s', name => {
  test('is a form that GitHub shows', async () => {
    const form = await read(name)
    const ids = fields(form).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const labels = fields(form).map(({ attributes }) => attributes.label)
    expect(new Set(labels).size).toBe(labels.length)
  })
})

test('a bug comes with its version, where it runs and what `oql check` says, and warns of what is public', async () => {
  const form = await read(`${folder}/bug.yml`)
  expect(required(form)).toEqual(['happened', 'version', 'runs', 'state', 'crm', 'check'])
  const warning = form.body.find(({ type }) => type === 'markdown')
  expect(warning?.attributes).toMatchObject({ value: expect.stringMatching(/SECURITY\.md[\s\S]*public/) })
})

test('an idea begins with who wants to do what', async () => {
  expect(required(await read(`${folder}/idea.yml`))).toEqual(['aim', 'today', 'area'])
})
