import { counted, figure } from '#src/base/figure-words.ts'
import { forecastCopies } from '../copy-forecast.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'
import { isLast } from '../plan-dates.ts'

/** What whoever reads the head of a plan has to know of it. */
export function planNotes(plan: Plan): string[] {
  const { rules, mailboxes } = plan.problem.input
  const notes: string[] = []
  const forecasts = forecastCopies(plan)
  const late = forecasts.filter(({ isLate }) => isLate).length
  if (late > 0)
    notes.push(
      `At the pace that is assumed, ${figure(late)} of ${counted(forecasts.length, 'batch', 'batches')} would not be copied ` +
        'when the window closes in which it moves: see "How long the copies may take" in plan.html.',
    )
  if (rules.vipNotBefore !== null && !mailboxes.some(({ vip, status }) => vip && status === 'waiting'))
    notes.push('--vip-not-before holds for nobody: no mailbox that moves has yes in a column Vip.')
  if (rules.shared === 'last') notes.push(...sharedNotes(plan))
  return notes
}

/** A hard rule or a cap may keep others behind the night from which shared mailboxes may move. */
function sharedNotes({ problem, batchOf, batches }: Plan): string[] {
  const { mailboxes } = problem.input
  let last = 0
  for (const mailbox of problem.waiting)
    if (!isLast(mailboxes[mailbox]!)) last = Math.max(last, batches[batchOf[mailbox]! - 1]!.day)
  let early = 0
  for (const mailbox of problem.waiting)
    if (isLast(mailboxes[mailbox]!) && batches[batchOf[mailbox]! - 1]!.day < last) early++
  if (early === 0) return []
  return [
    `${counted(early, 'shared mailbox moves', 'shared mailboxes move')} before the last of the others, who ` +
      `move until ${readableDay(last)}: --shared last reckons with full batches, and a rule or a cap ` +
      'keeps some of the others later. Write that day as NotBefore of the shared mailboxes.',
  ]
}
