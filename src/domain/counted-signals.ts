/** How many signals there were, and the day (`YYYY-MM-DD`) of the newest; null where there were none. */
export interface CountedSignals {
  signals: number
  newest: string | null
}

/** What a run counted in its store: the next one compares, so that an input that lost everything is seen. */
export interface CountedStore extends CountedSignals {
  /** By source. Copies of what another source has and signals of excluded accounts count here: nothing of the source is lost. */
  sources: readonly (CountedSignals & { name: string })[]
}
