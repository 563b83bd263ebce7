import { counted, momentWords } from '#src/base/figure-words.ts'
import type { Expiry } from '../../source.ts'
import type { CheckLine } from './project.ts'

const DAY_MS = 24 * 3_600_000
/** A pre-flight tells what ends within so many days. */
const DAYS_TOLD = 30
/** Days before an end on which somebody is told, each once. */
const ALERT_DAYS = [3, 14] as const

const effects: Readonly<Record<Expiry['what'], (of: string) => string>> = {
  certificate: (of) => `The certificate that ${of} shows`,
  password: (of) => `The password of ${of} there`,
  service: (of) => of,
}
const remedies: Readonly<Record<Expiry['what'], string>> = {
  certificate: 'Have it renewed before; a new one of the same authority is taken without a word.',
  password:
    'Change it before and give it with "landbridge migrate source", or let it never expire: Set-ADUser <account> -PasswordNeverExpires $true.',
  service: 'It is switched off for everybody: have all batches moved before.',
}

/** What ends soon, as a sentence with what to do. */
export const expiryWords = ({ what, of, endsAt }: Expiry, now: number): string => {
  const days = Math.max(0, Math.floor((endsAt - now) / DAY_MS))
  const when = endsAt <= now ? 'has ended' : `ends on ${momentWords(endsAt)}, in ${counted(days, 'day')}`
  return `${effects[what](of)} ${when}: nothing is copied from then on. ${remedies[what]}`
}

/** Lines of a pre-flight; an end before the batch is to move counts however far it is. */
export function expiryLines(
  expiries: readonly Expiry[],
  { now, completeAfter }: { now: number; completeAfter: number | null },
): readonly CheckLine[] {
  const until = Math.max(now + DAYS_TOLD * DAY_MS, completeAfter ?? 0)
  return expiries
    .filter(({ endsAt }) => endsAt < until)
    .map((expiry) => ({
      mailbox: '',
      name: expiry.what,
      state: 'warning' as const,
      found: `${effects[expiry.what](expiry.of)} ends on ${momentWords(expiry.endsAt)}.`,
      remedy: remedies[expiry.what],
    }))
}

/** How near the end of something is, as alerts count: the days of the nearest mark it is within; undefined: too far. */
export const alertDays = ({ endsAt }: Expiry, now: number): number | undefined =>
  ALERT_DAYS.find((days) => endsAt - now < days * DAY_MS)

/** What was seen of them before and what is seen now: a new certificate takes the place of the old one. */
export function knownExpiries(kept: readonly Expiry[], seen: readonly Expiry[]): readonly Expiry[] {
  const all = new Map([...kept, ...seen].map((each) => [`${each.what} ${each.of}`, each]))
  return [...all.values()]
}
