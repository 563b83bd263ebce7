import { figure } from '#src/base/figure-words.ts'
import type { Cut } from '../cuts.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'

/** What would keep a cut grant whole, and at what price, for people. */
export function remedyWords({ problem }: Plan, { remedy, weight, days }: Cut): string {
  const nameOf = (mailbox: number) => problem.input.mailboxes[mailbox]!.displayName
  const toldWords = (mailbox: number) => {
    const told = problem.input.mailboxes[mailbox]!.announcedDay
    return told === null ? '' : ` (who was told ${readableDay(told)})`
  }
  switch (remedy.kind) {
    case 'remove-unused':
      return 'Ask the owner to remove it: not used for 180 days or more.'
    case 'bear':
      return 'Announce it: the grant works again by itself when the second of the two has moved.'
    case 'change-pilot':
      return `Take ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} out of the pilot, or ${nameOf(remedy.other)}${toldWords(remedy.other)} in.`
    case 'raise-cap':
      return `With a cap of ${figure(remedy.mailboxes)} instead of ${figure(problem.input.rules.caps.mailboxes)} ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} fits into batch ${remedy.toBatch}${keptWords(remedy.keeps)}${priceWords(remedy, weight * days)}.`
    case 'move':
      return `Move ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} to batch ${remedy.toBatch}${keptWords(remedy.keeps)}${priceWords(remedy, weight * days)}.`
  }
}

const keptWords = (keeps: number): string =>
  keeps === 1 ? '' : `, which keeps ${figure(keeps)} grants whole`

/** Whoever reads it should not break much to mend little. */
function priceWords({ price, breaks }: { price: number; breaks: number }, saved: number): string {
  if (breaks === 0) return ', which breaks nothing else'
  const dear = price > 2 * saved ? '; announcing it is cheaper' : ''
  const broken = breaks < 0.05 ? 'next to nothing' : `${figure(breaks)} delegation-days`
  return `, which breaks ${broken} elsewhere and mends ${figure(breaks - price)}${dear}`
}
