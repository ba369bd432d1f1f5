import { EXIT } from '../../domain/errors.ts'
import { explain } from '../../run/explain/explain.ts'
import { explanationJson } from '../../run/explain/explanation-json.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { renderExplanation } from '../render-explain.ts'
import { NEVER_STOPPED, withSurroundings } from '../run-surroundings.ts'

export const explainCommand = (context: Context, act: Act) =>
  command('explain', 'why an account stands where it stands, and what is missing for the next stage')
    .argument('<domain>', 'a domain, host, address or email')
    .action(
      act(async (domain: string, options: CommonOptions) => {
        const { terminal } = context
        const opened = await openConfig(context, options.config)
        const surroundings = { ...(options.asOf && { asOf: options.asOf }), signal: NEVER_STOPPED }
        const explained = await withSurroundings(context, opened, surroundings, run => explain(run, domain))
        if (options.json) await printJson(terminal, explanationJson(explained))
        else {
          await terminal.out(`${renderExplanation(explained, terminal).join('\n')}\n`)
        }
        return EXIT.done
      }),
    )
