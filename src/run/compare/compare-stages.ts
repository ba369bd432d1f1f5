import type { FieldValue } from '../../contract/fields.ts'
import type { Account } from '../../domain/account.ts'
import { STAGES, type Stage } from '../../domain/stage.ts'

/** Accounts that are not compared, by why, in the order in which it is looked at. */
const nothingLeftOut = () => ({
  /** `only` leaves it out. */
  out_of_scope: 0,
  no_record: 0,
  ambiguous: 0,
  /** It shares a record with an account that speaks for it. */
  shared: 0,
  /** The record's field is empty. */
  empty: 0,
  /** The field holds what is no stage. */
  unknown_stage: 0,
  /** What the field holds was put there by our own sync. */
  written_by_us: 0,
})
export type NotCompared = keyof ReturnType<typeof nothingLeftOut>

/** An account on which both disagree. */
export interface StageDifference {
  domain: string
  ours: Stage
  scarf: Stage
  /** The condition that gave our stage, in words, with its values. */
  condition: string
}

/** What `compare --json` prints, beside which connector and field it is of. */
export interface StageComparison {
  agree: number
  differ: number
  /** How many accounts have these two stages, in the order of the stages. */
  pairs: { ours: Stage; scarf: Stage; accounts: number }[]
  notCompared: Record<NotCompared, number>
  /** What the field holds that is no stage → accounts, most first. */
  unknownStages: Record<string, number>
  /** Best first: score, then domain. */
  differences: StageDifference[]
}

/** The stage that a text names, in any case, as label or in snake_case; null where it names none. */
export function stageNamed(text: string): Stage | null {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '_')
  return STAGES.find(stage => stage === name) ?? null
}

/** Compares accounts one by one: takes what the CRM holds of each, or why it is not looked at. */
export function stageTally() {
  const notCompared: Record<NotCompared, number> = nothingLeftOut()
  const pairs = new Map<string, number>()
  const unknown = new Map<string, number>()
  const differing: (StageDifference & { score: number })[] = []
  const leaveOut = (reason: NotCompared): void => {
    notCompared[reason]++
  }

  return {
    leaveOut,
    compare({ domain, stage: ours, score, reason }: Account, theirs: FieldValue): void {
      const text = theirs === null ? '' : String(theirs).trim()
      const scarf = stageNamed(text)
      if (scarf !== null) {
        add(pairs, pairName(ours, scarf))
        if (ours !== scarf) differing.push({ domain, ours, scarf, condition: reason, score })
      } else if (text === '') leaveOut('empty')
      else {
        add(unknown, text)
        leaveOut('unknown_stage')
      }
    },
    result(): StageComparison {
      const compared = pairs.values().reduce((sum, accounts) => sum + accounts, 0)
      return {
        agree: compared - differing.length,
        differ: differing.length,
        pairs: STAGES.flatMap(ours =>
          STAGES.flatMap(scarf => {
            const accounts = pairs.get(pairName(ours, scarf)) ?? 0
            return accounts === 0 ? [] : [{ ours, scarf, accounts }]
          }),
        ),
        notCompared,
        unknownStages: Object.fromEntries([...unknown].sort(([, a], [, b]) => b - a)),
        differences: differing.sort(bestFirst).map(({ score: _, ...difference }) => difference),
      }
    },
  }
}

const pairName = (ours: Stage, scarf: Stage): string => `${ours} ${scarf}`

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function bestFirst(a: { score: number; domain: string }, b: { score: number; domain: string }): number {
  return b.score - a.score || (a.domain < b.domain ? -1 : 1)
}
