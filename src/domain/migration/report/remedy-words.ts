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
    case 'raise-cap':
      return `With a cap of ${remedy.mailboxes} ${nameOf(remedy.mailbox)} fits into batch ${remedy.toBatch}${priceWords(remedy.price)}.`
    case 'move': {
      const dear = remedy.price > 2 * weight * days
      return (
        `Move ${nameOf(remedy.mailbox)} to batch ${remedy.toBatch}${priceWords(remedy.price)}` +
        `${dear ? '; announcing it is cheaper' : ''}.`
      )
    }
  }
}

const priceWords = (price: number): string =>
  price <= 0.5
    ? ', which breaks nothing else'
    : `, which breaks ${figure(price)} delegation-days more elsewhere`

/** `1,234`, one decimal below ten. */
export const figure = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 })

/** `12.5 GB`. */
export function sizeWords(bytes: number): string {
  if (bytes >= 2 ** 40) return `${figure(bytes / 2 ** 40)} TB`
  return bytes >= 2 ** 30 ? `${figure(bytes / 2 ** 30)} GB` : `${figure(bytes / 2 ** 20)} MB`
}
