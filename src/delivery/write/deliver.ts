import { collectJobs } from './collect-jobs.ts'
import { deliverBatches } from './deliver-batches.ts'
import type { Delivery } from './delivery.ts'
import { jobGroups, sendJobs } from './send-jobs.ts'
import { isUrgent } from './urgent.ts'

/**
 * Sends what is planned and has no outcome yet, and records what the CRM answers. Moves of a stage go before all else;
 * of what is worth the same, what is many goes by jobs where the CRM has them, the rest in batches. What a job leaves
 * undone goes in batches too.
 * @throws SessionFault, CrmUnavailable, or the signal's reason: what was recorded stays
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { counts } = delivery
  counts.waitingFor.clear()
  const groups = await jobGroups(delivery)
  if (groups.length === 0) return deliverBatches(delivery, () => true)
  for (const urgent of [true, false]) {
    for (const group of groups) if (group.urgent === urgent) await sendJobs(delivery, group)
    await deliverBatches(delivery, change => isUrgent(change) === urgent)
  }
  await collectJobs(delivery)
  counts.waitingFor.clear()
  await deliverBatches(delivery, () => true)
}
