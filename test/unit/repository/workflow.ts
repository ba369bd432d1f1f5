import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { parse } from 'yaml'
import { z } from 'zod'
import { repositoryFile } from './repository-file.ts'

const TEXTS = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const PERMISSIONS = z.record(z.string(), z.enum(['read', 'write', 'none']))

const STEP = z.looseObject({
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: TEXTS.optional(),
})
const JOB = z.looseObject({
  'runs-on': z.string().optional(),
  'timeout-minutes': z.number().optional(),
  uses: z.string().optional(),
  permissions: PERMISSIONS.optional(),
  strategy: z
    .object({ 'fail-fast': z.boolean(), matrix: z.record(z.string(), z.array(z.unknown())) })
    .optional(),
  steps: z.array(STEP).optional(),
})
const WORKFLOW = z.looseObject({
  permissions: PERMISSIONS,
  concurrency: z.object({ group: z.string(), 'cancel-in-progress': z.union([z.boolean(), z.string()]) }),
  jobs: z.record(z.string(), JOB),
})

export type Workflow = z.infer<typeof WORKFLOW>
export type Step = z.infer<typeof STEP>

/** A workflow as we read it. */
export const readWorkflow = async (name: string): Promise<Workflow> =>
  WORKFLOW.parse(parse(await repositoryFile(name)))

export const stepsOf = ({ jobs }: Workflow): Step[] => Object.values(jobs).flatMap(({ steps = [] }) => steps)

/** What GitHub itself would refuse: unknown keys, contexts that are not there, expressions that don't parse. */
export async function gitHubRefuses(name: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  const told = () => context.errors.getErrors().map(({ message }) => message)
  if (value === undefined || told().length > 0) return told()
  const { errors = [] } = await convertWorkflowTemplate(context, value)
  return [...told(), ...errors.map(({ Message }) => Message)]
}
