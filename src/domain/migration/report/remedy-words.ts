import { figure } from '#src/base/figure-words.ts'
import type { Cut } from '../cuts.ts'
import { readableDay } from '../day.ts'
import type { Plan } from '../plan.ts'
import { readableName } from '../readable-name.ts'

/** So many who go along are named; plan.json has all. */
const mostNamed = 4

/** What would keep a cut grant whole, and at what price, for people. */
export function remedyWords({ problem }: Plan, { remedy }: Pick<Cut, 'remedy'>): string {
  const cap = problem.input.rules.caps.mailboxes
  const nameOf = (mailbox: number) => {
    const told = problem.input.mailboxes[mailbox]!.announcedDay
    const name = readableName(problem.input.mailboxes, mailbox)
    return told === null ? name : `${name} (who was told ${readableDay(told)})`
  }
  const whoOf = ({ mailbox, along = [] }: { mailbox: number; along?: readonly number[] }) => {
    const named = along.slice(0, along.length > mostNamed + 1 ? mostNamed : undefined).map(nameOf)
    if (named.length < along.length) named.push(`${figure(along.length - named.length)} others`)
    const last = named.pop()
    if (last === undefined) return nameOf(mailbox)
    return `${nameOf(mailbox)} with ${named.length === 0 ? '' : `${named.join(', ')} and `}${last}`
  }
  switch (remedy.kind) {
    case 'remove-unused':
      return 'Ask the owner to remove it: not used for 180 days or more.'
    case 'bear':
      return announced
    case 'change-pilot':
      return `Take ${nameOf(remedy.mailbox)} out of the pilot, or ${nameOf(remedy.other)} in.`
    case 'raise-cap': {
      const larger = `a cap of ${figure(remedy.mailboxes)} instead of ${figure(cap)}`
      const who = `${whoOf(remedy)} ${remedy.along === undefined ? 'fits' : 'fit'}`
      const effect = `into batch ${remedy.toBatch}${effectWords(remedy)}.`
      return gains(remedy)
        ? `With ${larger} ${who} ${effect}`
        : `${announced} Nothing is gained by ${larger}, with which ${who} ${effect}`
    }
    case 'move': {
      const where = `${whoOf(remedy)} to batch ${remedy.toBatch}${effectWords(remedy)}.`
      return gains(remedy) ? `Move ${where}` : `${announced} Nothing is gained by moving ${where}`
    }
    case 'swap': {
      const where = `${nameOf(remedy.mailbox)} to batch ${remedy.toBatch} and ${nameOf(remedy.other)} in its place${effectWords(remedy)}.`
      return gains(remedy) ? `Move ${where}` : `${announced} Nothing is gained by moving ${where}`
    }
  }
}

const announced = 'Announce it: the grant works again by itself when the second of the two has moved.'

type Effect = { price: number; breaks: number; keeps: number }

/** Whether less is broken in the end. */
const gains = ({ price, breaks }: Effect): boolean => price < 0 || breaks === 0

/** Whoever reads it should not break much to mend little. */
function effectWords({ price, breaks, keeps }: Effect): string {
  const kept = keeps === 1 ? '' : `keeps ${figure(keeps)} grants whole`
  if (breaks === 0) return `, which ${kept === '' ? '' : `${kept} and `}breaks nothing else`
  const broken = breaks < 0.05 ? 'next to nothing' : `${figure(breaks)} delegation-days`
  return `, which ${kept === '' ? '' : `${kept}, `}breaks ${broken} elsewhere and mends ${figure(breaks - price)}`
}
