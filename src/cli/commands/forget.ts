import { EXIT } from '../../domain/errors.ts'
import { type Forgetting, forget } from '../../run/forget.ts'
import type { Forgotten } from '../../state/forget.ts'
import type { Act, Context } from '../context.ts'
import { printJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command } from '../options.ts'
import { counted } from '../words.ts'

const CLEARING = `
What was written to the CRM stays there. To have our fields cleared as well, do not forget the account: add it to
store.exclude.domains and sync, which clears them and then ends what is kept.`

export const forgetCommand = (context: Context, act: Act) =>
  command('forget', 'remove what is kept of an account and its people, or of a person')
    .argument('<domain|email>', 'a domain, host or url, or the email address of a person')
    .addHelpText('after', CLEARING)
    .action(
      act(async (who: string, options: CommonOptions) => {
        const { terminal, clock } = context
        const { config } = await openConfig(context, options.config)
        const forgotten = await forget({ config, clock }, who)
        await (options.json ? printJson(terminal, forgotten) : terminal.out(rendered(forgotten)))
        return EXIT.done
      }),
    )

/** What is removed, as people call it; in the order in which it is told. */
const WORDS: Readonly<Record<keyof Forgotten, readonly [one: string, many: string]>> = {
  accounts: ['account', 'accounts'],
  stageChanges: ['stage change', 'stage changes'],
  riskChanges: ['risk change', 'risk changes'],
  people: ['person', 'people'],
  links: ['link', 'links'],
  ignored: ['order to ignore it', 'orders to ignore it'],
  ambiguities: ['ambiguity', 'ambiguities'],
  absences: ['search without a record', 'searches without a record'],
  lostLinks: ['lost link', 'lost links'],
  candidates: ['candidate', 'candidates'],
  delivered: ['set of delivered values', 'sets of delivered values'],
  leads: ['lead', 'leads'],
  contacts: ['contact', 'contacts'],
  changes: ['change of a run', 'changes of runs'],
  rejections: ['rejection', 'rejections'],
  notices: ['notice', 'notices'],
}

function rendered(forgotten: Forgetting): string {
  const who = 'email' in forgotten ? forgotten.email : forgotten.domain
  const removed = new Map(Object.entries(forgotten.removed))
  const parts = Object.entries(WORDS).flatMap(([what, [one, many]]) => {
    const number = removed.get(what) ?? 0
    return number === 0 ? [] : [counted(number, one, many)]
  })
  if (forgotten.cacheFiles !== undefined) {
    parts.push(counted(forgotten.cacheFiles, 'file of the cache', 'files of the cache'))
  }
  const told =
    parts.length === 0
      ? `Nothing is kept of ${who}.`
      : `Removed what was kept of ${who}: ${parts.join(', ')}.`
  return `${told}\n${forgotten.hint}\n`
}
