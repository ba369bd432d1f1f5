/** Something that `check` found. */
export interface Finding {
  /** `store.sources.NAME`, `state` or `connectors.NAME`. */
  where: string
  code: string
  message: string
  /** What to do about it. */
  hint: string | null
}
