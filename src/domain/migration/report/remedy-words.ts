import type { Cut } from '../cuts.ts'
import type { Plan } from '../plan.ts'

/** What would keep a cut grant whole, and at what price, for people. */
export function remedyWords({ problem }: Plan, { remedy, weight, days }: Cut): string {
  const nameOf = (mailbox: number) => problem.input.mailboxes[mailbox]!.displayName
  switch (remedy.kind) {
    case 'remove-unused':
      return 'Ask the owner to remove it: not used for 180 days or more.'
    case 'bear':
      return 'Announce it: the grant works again by itself when the second of the two has moved.'
    case 'change-pilot':
      return `Take ${nameOf(remedy.mailbox)} out of the pilot, or ${nameOf(remedy.other)} in.`
    case 'raise-cap':
      return `With a cap of ${remedy.mailboxes} ${nameOf(remedy.mailbox)} fits into batch ${remedy.toBatch}${priceWords(remedy.price, weight * days)}.`
    case 'move':
      return `Move ${nameOf(remedy.mailbox)} to batch ${remedy.toBatch}${priceWords(remedy.price, weight * days)}.`
  }
}

/** Whoever reads it should not break much to mend little. */
function priceWords(price: number, saved: number): string {
  if (price <= 0.5) return ', which breaks nothing else'
  const dear = price > 2 * saved ? '; announcing it is cheaper' : ''
  return `, which breaks ${figure(price)} delegation-days more elsewhere${dear}`
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const decimal = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** `1,234`, one decimal below ten. */
export const figure = (value: number): string => (Math.abs(value) < 10 ? decimal : whole).format(value)

/** As `figure`, from a million on in words: `3.2 million`. */
export const shortFigure = (value: number): string =>
  value < 1e6 ? figure(value) : `${(value < 1e8 ? decimal : whole).format(value / 1e6)} million`

/** `12.5 GB`. */
export function sizeWords(bytes: number): string {
  if (bytes >= 2 ** 40) return `${figure(bytes / 2 ** 40)} TB`
  return bytes >= 2 ** 30 ? `${figure(bytes / 2 ** 30)} GB` : `${figure(bytes / 2 ** 20)} MB`
}

/** The same of a size that is 0 where nobody told it. */
export const knownSize = (bytes: number): string => (bytes === 0 ? 'not known' : sizeWords(bytes))
