import { EXIT, UserError } from '../../domain/errors.ts'
import type { Act, Context } from '../context.ts'
import { runDemo } from '../demo/run-demo.ts'
import { type CommonOptions, command } from '../options.ts'

export const demoCommand = (context: Context, act: Act) =>
  command('demo', 'the whole way on made-up signals and stand-ins of the CRMs (`npm start`)').action(
    act(async (options: CommonOptions) => {
      if (options.json || options.asOf) {
        throw new UserError('the demo is for people, at the present: it takes neither --json nor --as-of', {
          exitCode: EXIT.usage,
          hint: 'oql sync takes both.',
        })
      }
      return runDemo(context, options.config)
    }),
  )
