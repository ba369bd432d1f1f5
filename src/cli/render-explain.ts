import type { ExplainedAccount } from '../run/explain/explain.ts'
import type { Held } from '../scoring/explain.ts'
import { factWords } from '../scoring/fact-words.ts'
import type { JudgedAlternative, JudgedCondition, JudgedStage } from '../scoring/judged-stages.ts'
import type { MissingCondition } from '../scoring/missing.ts'
import { conditionWords } from '../scoring/reason.ts'
import { ledgerLines } from './render-ledger.ts'
import type { Colors, Terminal } from './terminal.ts'
import { minute, oneLine } from './words.ts'

/** An explanation as people read it, line by line. Texts may come from anywhere: each stays on its line. */
export function renderExplanation(explained: ExplainedAccount, terminal: Terminal): string[] {
  const { colors } = terminal
  const { account, model, asOf } = explained
  const title = account.name === null ? account.domain : `${account.name} (${account.domain})`
  const heading = (text: string): string[] => ['', colors.bold(text)]
  return [
    `${colors.bold(oneLine(title))} at ${minute(asOf)} UTC, model ${oneLine(model.name)}`,
    '',
    ...summaryLines(explained),
    ...heading('Points'),
    ...ledgerLines(explained.ledger, model, asOf, terminal),
    ...heading('Stages, in the order in which they are tried: the first that holds is called for'),
    ...stageLines(explained, colors),
    ...missingLines(explained, heading),
    ...heading('Stage changes'),
    ...historyLines(explained),
  ]
}

function summaryLines(explained: ExplainedAccount): string[] {
  const { account, model, held } = explained
  const before = account.previousStage === null ? '' : `, before that ${model.labels[account.previousStage]}`
  const artifacts = account.topArtifacts.length === 0 ? 'none' : account.topArtifacts.join(', ')
  const rows: readonly (readonly [string, string])[] = [
    ['Stage', `${model.labels[account.stage]} since ${minute(account.stageSince)}${before}`],
    [
      'Called for',
      `${model.labels[account.calledStage]}${held === null ? '' : `; ${heldWords(held, model.labels[account.stage])}`}`,
    ],
    ['This step', account.direction === null ? 'moves nothing' : `moves it: ${account.direction}`],
    ['Score', scoreWords(explained)],
    ['Risk', riskWords(explained)],
    ['Trend', account.trend ?? 'none'],
    ['Seen', `first ${minute(account.firstSeen)}, last ${minute(account.lastSeen)}`],
    ['Artifacts', artifacts],
    ['Reason', account.reason],
  ]
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${oneLine(text)}`)
}

const heldWords = ({ since, until }: Held, what: string): string =>
  `${what} is held since ${minute(since)} and falls at ${minute(until)} unless a step calls for it again`

function scoreWords({ account }: ExplainedAccount): string {
  const points = factWords('points', account.points)
  return account.stage === 'inactive'
    ? `${account.score}, because it is inactive; ${points}`
    : `${account.score} (${points})`
}

function riskWords({ account, risk, model }: ExplainedAccount): string {
  const { minBase, minDrop, high, medium } = model.risk
  if (account.stage === 'inactive') return 'none, because it is inactive'
  const numbers = `${factWords('use_days_30', risk.useDays)} against a base of ${risk.base}, the mean of the two 30 days before`
  const rule = `a risk where the base is at least ${minBase} and ${minDrop} days are lost: medium at ${percent(medium)} of it or less, high at ${percent(high)}`
  const keeps = risk.held === null ? '' : `; ${heldWords(risk.held, account.risk ?? 'none')}`
  return `${account.risk ?? 'none'}: ${numbers} (${rule})${keeps}`
}

const percent = (share: number): string => `${Math.round(share * 1000) / 10}%`

function stageLines({ stages, model, account }: ExplainedAccount, colors: Colors): string[] {
  return stages.flatMap(judged => {
    const called = judged.stage === account.calledStage
    const label = `${mark(judged.holds, colors)} ${model.labels[judged.stage]}${called ? ', called for' : ''}`
    return [called ? colors.bold(label) : label, ...alternativeLines(judged, colors)]
  })
}

/** Alternatives stand apart by an `or`; conditions that all must hold stand below one another. */
function alternativeLines({ alternatives }: JudgedStage, colors: Colors): string[] {
  return alternatives.flatMap((alternative, index) => [
    ...(index === 0 ? [] : [colors.dim('    or')]),
    ...conditionLines(alternative, colors),
  ])
}

function conditionLines({ conditions }: JudgedAlternative, colors: Colors): string[] {
  if (conditions.length === 0) return [colors.dim('    any other')]
  return conditions.map(judged => `    ${mark(judged.holds, colors)} ${judgedWords(judged)}`)
}

const mark = (holds: boolean, colors: Colors): string => (holds ? colors.green('✓') : colors.red('✗'))

const judgedWords = ({ fact, condition, actual }: JudgedCondition): string =>
  `${factWords(fact, actual)} (${conditionWords(condition)})`

function missingLines(
  { missing, account, model }: ExplainedAccount,
  heading: (text: string) => string[],
): string[] {
  if (missing === null) return [...heading('Missing'), 'Nothing is missing: it is at the top.']
  const what = missing.stage === account.stage ? 'to keep' : 'for'
  return [
    ...heading(`Missing ${what} ${model.labels[missing.stage]}, by the nearest way`),
    ...missing.conditions.map(condition => `- ${missingWords(condition)}`),
  ]
}

/** `35 points: at least 40 needed, 5 more` */
function missingWords({ fact, needs, actual, by }: MissingCondition): string {
  const amount = by === null ? '' : `, ${Math.abs(by)} ${by > 0 ? 'more' : 'less'}`
  return `${factWords(fact, actual)}: ${needs} needed${amount}`
}

function historyLines({ history, model }: ExplainedAccount): string[] {
  if (history.length === 0) return ['None is remembered.']
  return history.map(({ at, from, to, direction, reason }) => {
    const move = from === null ? model.labels[to] : `${model.labels[from]} → ${model.labels[to]}`
    return `${minute(at)}  ${move} (${direction}): ${oneLine(reason)}`
  })
}
