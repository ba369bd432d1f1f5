import { loadModel } from '../../config/load-config.ts'
import type { Model } from '../../config/model.ts'
import { type Plan, plan, type WhatIf, whatIf } from '../../run/sync/plan.ts'
import type { Act, Context } from '../context.ts'
import { streamJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { shownChange, shownDrift } from '../planned-changes.ts'
import { renderDrift } from '../render-drift.ts'
import { renderPlan, renderWhatIf } from '../render-plan.ts'
import { exitCodeOf } from '../report-exit.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'

interface Options extends CommonOptions {
  model?: string
  verify?: true
}

export const planCommand = (context: Context, act: Act) =>
  command('plan', 'show what a sync would do; nothing is written, anywhere')
    .option('--model <file>', 'what if: under this model, and who would move')
    .option(
      '--verify',
      'read every linked record too, and show what others overwrote; costs a read for each batch',
    )
    .action(
      act(async (options: Options) => {
        const { env } = context
        const opened = await openConfig(context, options.config)
        const model = options.model === undefined ? undefined : await loadModel(options.model, env)
        const { asOf } = options
        const surroundings = { ...(asOf && { asOf }), ...(model && { model }), signal: NEVER_STOPPED }
        const { planned, supposed } = await withSurroundings(context, opened, surroundings, async run => ({
          // The comparison first: what it opens is closed again before the plan's copy of the state is made.
          supposed: model === undefined ? null : await whatIf({ ...run, model: opened.config.model }, model),
          planned: await plan(run, { verify: options.verify === true }),
        }))
        try {
          await (options.json
            ? printAll(context, planned, supposed)
            : show(context, planned, supposed, model, options.verify === true))
          return exitCodeOf(planned.report)
        } finally {
          await planned.close()
        }
      }),
    )

function printAll({ terminal }: Context, planned: Plan, supposed: WhatIf | null): Promise<void> {
  return streamJson(terminal, { ...planned.report, ...supposed }, { changes: shownChanges(planned) })
}

async function show(
  { terminal }: Context,
  planned: Plan,
  supposed: WhatIf | null,
  model: Model | undefined,
  isVerified: boolean,
): Promise<void> {
  if (supposed !== null && model !== undefined) {
    await terminal.out(`${renderWhatIf(terminal, supposed, model.name)}\n`)
  }
  await terminal.out(await renderPlan(terminal, planned))
  if (isVerified) await terminal.out(`\n${await renderDrift(terminal, planned.drift())}`)
}

async function* shownChanges(planned: Plan) {
  for await (const change of planned.changes()) yield shownChange(change)
  for await (const change of planned.drift()) yield shownDrift(change)
}
