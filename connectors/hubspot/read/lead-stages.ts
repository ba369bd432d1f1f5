import type { Call } from '../../../src/contract/index.ts'
import type { Pipeline } from '../http/answers.ts'
import { remembered } from '../http/ask-once.ts'
import type { Client } from '../http/client.ts'
import { leads } from '../objects.ts'

/** The stages that leads go through in this portal. */
export interface LeadStages {
  /** Where a new lead begins: the first open stage of the first pipeline, or of the one that is named. */
  first(pipeline: string | undefined): { pipeline: string; stage: string } | undefined
  /** Undefined for a stage that is no more. */
  isClosed(stage: string): boolean | undefined
}

/** Stage ids are another account's in every account: they are asked for, once in a session. */
export function createLeadStages(client: Client): (call: Call) => Promise<LeadStages> {
  return remembered(async call => stagesOf(await client.pipelines(leads.object, call)))
}

type Stage = Pipeline['stages'][number]

const CLOSED_STATES: ReadonlySet<string> = new Set(['QUALIFIED', 'UNQUALIFIED', 'DISQUALIFIED'])
/** Ids of the closed stages of the first pipeline in portals whose stages say nothing else. */
const CLOSED_IDS = /^(un)?qualified-stage-id/

function stagesOf(pipelines: readonly Pipeline[]): LeadStages {
  const live = inOrder(pipelines)
  const closed = new Map(live.flatMap(({ stages }) => stages).map(stage => [stage.id, isClosed(stage)]))
  return {
    first: named => {
      const pipeline = named === undefined ? live[0] : live.find(({ id }) => id === named)
      const stage = inOrder(pipeline?.stages ?? []).find(one => !isClosed(one))
      return pipeline === undefined || stage === undefined
        ? undefined
        : { pipeline: pipeline.id, stage: stage.id }
    },
    isClosed: stage => closed.get(stage),
  }
}

function isClosed({ id, metadata }: Stage): boolean {
  const { leadState, isClosed } = metadata
  if (leadState !== undefined) return CLOSED_STATES.has(String(leadState).toUpperCase())
  return isClosed === undefined ? CLOSED_IDS.test(id) : String(isClosed) === 'true'
}

const inOrder = <T extends { displayOrder: number; archived: boolean }>(all: readonly T[]): T[] =>
  all.filter(({ archived }) => !archived).toSorted((a, b) => a.displayOrder - b.displayOrder)
