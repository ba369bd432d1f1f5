/** What is remembered of an account between two steps. The fields are those of the state. */
export interface RememberedAccount {
  domain: string
  name: string | null
  country: string | null
  firstSeen: Date
  lastSeen: Date
  stage: string
  stageSince: Date
  lowerSince: Date | null
  previousStage: string | null
  stageDirection: string
  risk: string | null
  riskLowerSince: Date | null
}

export interface Stepped {
  stage: string
  stageSince: Date
  lowerSince: Date | null
  previousStage: string | null
  stageDirection: string
  /** Null where this step moved nothing. */
  direction: string | null
  risk: string | null
  riskLowerSince: Date | null
}

const STAGE_RANK: Record<string, number> = {
  interest: 1,
  investigation: 2,
  experimentation: 3,
  ongoing_usage: 4,
}
const RISK_RANK: Record<string, number> = { medium: 1, high: 2 }

/** MODEL.md §5, the table row by row, then the risk. */
export function step(
  known: RememberedAccount | undefined,
  calledStage: string,
  calledRisk: string | null,
  at: Date,
  demoteAfterDays: number,
): Stepped {
  const staged = stageStep(known, calledStage, at, demoteAfterDays)
  return { ...staged, ...riskStep(known, staged.stage, calledRisk, at, demoteAfterDays) }
}

type Staged = Omit<Stepped, 'risk' | 'riskLowerSince'>

function stageStep(
  known: RememberedAccount | undefined,
  called: string,
  at: Date,
  demoteAfterDays: number,
): Staged {
  const take = (direction: string): Staged => ({
    stage: called,
    stageSince: at,
    lowerSince: null,
    previousStage: known?.stage ?? null,
    stageDirection: direction,
    direction,
  })
  if (known === undefined) return take('first')
  const { stage, stageSince, previousStage, stageDirection } = known
  const hold = (lowerSince: Date | null): Staged => ({
    stage,
    stageSince,
    lowerSince,
    previousStage,
    stageDirection,
    direction: null,
  })
  if (called === stage) return hold(null)
  if (called === 'inactive') return take('down')
  if (stage === 'inactive') return take('back')
  if (Number(STAGE_RANK[called]) > Number(STAGE_RANK[stage])) return take('up')
  const lowerSince = known.lowerSince ?? at
  return daysBetween(lowerSince, at) >= demoteAfterDays ? take('down') : hold(lowerSince)
}

function riskStep(
  known: RememberedAccount | undefined,
  stage: string,
  called: string | null,
  at: Date,
  demoteAfterDays: number,
): Pick<Stepped, 'risk' | 'riskLowerSince'> {
  if (stage === 'inactive') return { risk: null, riskLowerSince: null }
  const risk = known?.risk ?? null
  if (rankOfRisk(called) >= rankOfRisk(risk)) return { risk: called, riskLowerSince: null }
  const lowerSince = known?.riskLowerSince ?? at
  if (daysBetween(lowerSince, at) >= demoteAfterDays) return { risk: called, riskLowerSince: null }
  return { risk, riskLowerSince: lowerSince }
}

const rankOfRisk = (risk: string | null): number => (risk === null ? 0 : Number(RISK_RANK[risk]))

const daysBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / (24 * 60 * 60 * 1000)
