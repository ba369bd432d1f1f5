import type { Command } from 'commander'
import { EXIT } from '../../domain/errors.ts'
import { accountDomain } from '../../run/accounts/account-domain.ts'
import { addLink, ignoreAccount, removeLink } from '../../run/links/edit-links.ts'
import { importLinks } from '../../run/links/import-links.ts'
import { linksFile } from '../../run/links/links-file.ts'
import { readState } from '../../run/read-state.ts'
import type { State } from '../../state/state.ts'
import { candidateShown } from '../candidate-shown.ts'
import { connectorNamed } from '../connector-named.ts'
import type { Act, Context } from '../context.ts'
import { printJson, streamJson } from '../json-document.ts'
import { openConfig } from '../open-config.ts'
import { type CommonOptions, command, group } from '../options.ts'
import { renderLinks } from '../render-links.ts'
import { NEVER_STOPPED } from '../run-surroundings.ts'
import { counted } from '../words.ts'

export function linksCommand(context: Context, act: Act): Command {
  const { terminal } = context
  const edit = async ({ config: file }: CommonOptions, connector: string, domain: string) => {
    const { config, log } = await openConfig(context, file)
    const entry = connectorNamed(config, connector)
    const run = { config, model: config.model, log, clock: context.clock, signal: NEVER_STOPPED }
    return { run, entry, domain: accountDomain(config.store, domain) }
  }
  const done = async (options: CommonOptions, json: object, text: string) => {
    await (options.json ? printJson(terminal, json) : terminal.out(text))
    return EXIT.done
  }

  const account = (name: string, description: string) =>
    command(name, description).argument('<connector>').argument('<domain>')

  return group('links', 'which account is which CRM record, and which are ambiguous')
    .addCommand(
      command('list', 'links and ambiguous accounts').action(
        act(async (options: CommonOptions) => {
          const { config } = await openConfig(context, options.config)
          await readState(config, state =>
            options.json ? streamLinks(context, state) : renderLinks(terminal, state),
          )
          return EXIT.done
        }),
      ),
      { isDefault: true },
    )
    .addCommand(
      account('add', 'link an account to a record by hand; no run changes it')
        .argument('<record-id>')
        .action(
          act(async (connector: string, given: string, remoteId: string, options: CommonOptions) => {
            const { run, entry, domain } = await edit(options, connector, given)
            const made = await addLink(run, entry, { domain, remoteId })
            const gaveUp =
              made.released.length === 0 ? '' : ` Record ${made.released.join(', ')} gave up its key.`
            return done(
              options,
              { connector, domain, ...made },
              `${domain} is linked to record ${made.remoteId} of ${connector}; the next sync writes it.${gaveUp}\n`,
            )
          }),
        ),
    )
    .addCommand(
      account('remove', 'forget a link or an ignored account: the next sync looks anew').action(
        act(async (connector: string, given: string, options: CommonOptions) => {
          const { run, entry, domain } = await edit(options, connector, given)
          const removed = await removeLink(run, entry, domain)
          const what = removed.linked ? 'is linked no more' : 'had no link'
          return done(
            options,
            { connector, domain, ...removed },
            `${domain} ${what}; the next sync looks for its record anew. To keep it unlinked: oql links ignore ${connector} ${domain}\n`,
          )
        }),
      ),
    )
    .addCommand(
      account('ignore', 'never link and never write an account').action(
        act(async (connector: string, given: string, options: CommonOptions) => {
          const { run, entry, domain } = await edit(options, connector, given)
          await ignoreAccount(run, entry, domain)
          const text = `${domain} is left alone in ${connector} from now on. To take it back: oql links remove ${connector} ${domain}\n`
          return done(options, { connector, domain, ignored: true }, text)
        }),
      ),
    )
    .addCommand(
      command('export', 'all links and ignored accounts as YAML on stdout').action(
        act(async (options: CommonOptions) => {
          const { config } = await openConfig(context, options.config)
          await readState(config, async state => {
            for await (const piece of linksFile(state, terminal.redactor)) await terminal.data(piece)
          })
          return EXIT.done
        }),
      ),
    )
    .addCommand(
      command('import', 'take over links and ignored accounts of an export')
        .argument('<file>')
        .action(
          act(async (file: string, options: CommonOptions) => {
            const { config } = await openConfig(context, options.config)
            const imported = await importLinks({ config, clock: context.clock }, file)
            const text = `${counted(imported.links, 'link')} and ${counted(imported.ignored, 'ignored account')} taken over.\n`
            return done(options, imported, text)
          }),
        ),
    )
}

function streamLinks({ terminal }: Context, state: State): Promise<void> {
  return streamJson(terminal, {}, { links: linksOf(state), ambiguous: ambiguousOf(state) })
}

async function* linksOf(state: State) {
  for await (const { connector, domain, remoteId, object, by } of state.links.list()) {
    yield { connector, domain, remoteId, object, by }
  }
}

async function* ambiguousOf(state: State) {
  for await (const { connector, domain, candidates } of state.matching.ambiguities()) {
    yield { connector, domain, candidates: candidates.map(candidateShown) }
  }
}
