import { chunks, VALUES_PER_LOOKUP } from '../rows/batches.ts'

/** Does something to many rows that are named by a list, some at a time. */
export async function inLookups(
  values: readonly string[],
  work: (some: readonly string[]) => Promise<unknown>,
): Promise<void> {
  for (const some of chunks(values, VALUES_PER_LOOKUP)) await work(some)
}
