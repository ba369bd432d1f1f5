import { dayOf, monthOf } from './calendar.ts'
import type { ClassedSignal } from './importance.ts'
import type { ModelLiteral } from './model-literal.ts'

/** Whole millionths of a point, so that no sum depends on the order of its terms. */
const MILLIONTHS = 1_000_000
const MOST_MONTHS = 3

/** MODEL.md §2 for the signals of one account inside the model's window: capped by day, by month, by class. */
export function pointsOf(inWindow: readonly ClassedSignal[], model: ModelLiteral): number {
  let total = 0
  for (const [name, { points, per_day, per_month }] of Object.entries(model.classes)) {
    const ofClass = inWindow.filter(signal => signal.class === name)
    let classSum = 0
    for (const month of groups(ofClass, signal => monthOf(signal.time))) {
      let monthSum = 0
      for (const day of groups(month, signal => dayOf(signal.time))) {
        monthSum += Math.min(day.length * millionths(points), millionths(per_day))
      }
      classSum += Math.min(monthSum, millionths(per_month))
    }
    total += Math.min(classSum, MOST_MONTHS * millionths(per_month))
  }
  // Never negative: Math.round takes a half up, which is away from zero.
  return Math.round(total / (MILLIONTHS / 100)) / 100
}

const millionths = (points: number): number => Math.round(points * MILLIONTHS)

function groups(
  signals: readonly ClassedSignal[],
  key: (signal: ClassedSignal) => number,
): ClassedSignal[][] {
  return [...Map.groupBy(signals, key).values()]
}
