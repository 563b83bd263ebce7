import { figure } from '#src/base/figure-words.ts'
import type { Cut } from '../cuts.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'
import { readableName } from '../readable-name.ts'

/** What would keep a cut grant whole, and at what price, for people. */
export function remedyWords({ problem }: Plan, { remedy }: Cut): string {
  const cap = problem.input.rules.caps.mailboxes
  const nameOf = (mailbox: number) => readableName(problem.input.mailboxes, mailbox)
  const toldWords = (mailbox: number) => {
    const told = problem.input.mailboxes[mailbox]!.announcedDay
    return told === null ? '' : ` (who was told ${readableDay(told)})`
  }
  switch (remedy.kind) {
    case 'remove-unused':
      return 'Ask the owner to remove it: not used for 180 days or more.'
    case 'bear':
      return announced
    case 'change-pilot':
      return `Take ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} out of the pilot, or ${nameOf(remedy.other)}${toldWords(remedy.other)} in.`
    case 'raise-cap':
      return gains(remedy)
        ? `With a cap of ${figure(remedy.mailboxes)} instead of ${figure(cap)} ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} fits into batch ${remedy.toBatch}${effectWords(remedy)}.`
        : `${announced} Nothing is gained by a cap of ${figure(remedy.mailboxes)} instead of ${figure(cap)}, with which ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} fits into batch ${remedy.toBatch}${effectWords(remedy)}.`
    case 'move':
      return gains(remedy)
        ? `Move ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} to batch ${remedy.toBatch}${effectWords(remedy)}.`
        : `${announced} Nothing is gained by moving ${nameOf(remedy.mailbox)}${toldWords(remedy.mailbox)} to batch ${remedy.toBatch}${effectWords(remedy)}.`
  }
}

const announced = 'Announce it: the grant works again by itself when the second of the two has moved.'

type Effect = { price: number; breaks: number; keeps: number }

/** Whether less is broken in the end. */
const gains = ({ price, breaks }: Effect): boolean => price < 0 || breaks === 0

/** Whoever reads it should not break much to mend little. */
function effectWords({ price, breaks, keeps }: Effect): string {
  const kept = keeps === 1 ? '' : `, which keeps ${figure(keeps)} grants whole`
  if (breaks === 0) return `${kept}, which breaks nothing else`
  const broken = breaks < 0.05 ? 'next to nothing' : `${figure(breaks)} delegation-days`
  return `${kept}, which breaks ${broken} elsewhere and mends ${figure(breaks - price)}`
}
