import { momentWords } from '#src/base/figure-words.ts'
import { isSameName } from '#src/base/same-name.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { Refusal } from '../../refusal.ts'

/** What somebody should hear of a migration. */
export type AlertKind =
  | 'stalled'
  | 'lane-paused'
  | 'errors'
  | 'mailboxes-failed'
  | 'window-overrun'
  | 'batch-held'
  | 'approval'
  | 'expiry'
  | 'done'
  | 'well-again'

/**
 * `key` names its cause: it is told once for as long as that lasts. `over`: it may come and go, and this is told when it is over;
 * `of` is the server that has to be well for that.
 */
export type Alert = {
  key: string
  kind: AlertKind
  subject: string
  sentence: string
  over?: { of: string | null; subject: string; sentence: string }
  /** Addresses that are told beside those of the project: whoever answers for what it is about. */
  also?: readonly string[]
}

/** Where a project's alerts go. */
export type AlertSettings = {
  addresses: readonly string[]
  /** An https address that is sent each alert as JSON; null: none. */
  webhook: string | null
}

/** An alert as the project remembers it, by its key. */
export type KeptAlert = Alert & {
  at: number
  /** Addresses, and `webhook`, that it has not reached yet. */
  open: readonly string[]
  attempts: number
  nextAt: number
  /** Of one that comes and goes: how often it came, since when it is over unless it lasts, and when it was last told anew. */
  times?: number
  overAt?: number | undefined
  toldAt?: number
}

export const WEBHOOK = 'webhook'

const MOST_ADDRESSES = 50

/** Refuses `invalid-parameter`. */
export function requireAlerts({ addresses, webhook }: AlertSettings): void {
  const refuse = (what: string) => new Refusal('invalid-parameter', what)
  if (addresses.length > MOST_ADDRESSES) throw refuse(`Alerts go to at most ${MOST_ADDRESSES} addresses.`)
  for (const address of addresses)
    try {
      parseAddrSpec(address)
    } catch {
      throw refuse(`"${address}" is no address that mail can be sent to.`)
    }
  if (webhook === null) return
  const url = URL.parse(webhook)
  if (url === null || url.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw refuse('A webhook is an https address without a name and password in it.')
}

/** What ends is not seen while nothing is read there, and is told once all the same: its key has the day. */
const REMEMBERED_MS = 60 * 24 * 3_600_000

const isRemembered = ({ kind, at }: KeptAlert, now: number): boolean =>
  kind === 'expiry' && now - at < REMEMBERED_MS

/** Between attempts; after the last one it is given up and said so in the events of the project. */
const RETRY_MS = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000] as const

/** When it is tried again after so many attempts; null: no more. */
export const retryAt = (attempts: number, now: number): number | null => {
  const ms = RETRY_MS[attempts - 1]
  return ms === undefined ? null : now + ms
}

/** What comes and goes is over when it did not come again for so long. */
const CALM_MS = 15 * 60_000
/** A server that nothing was heard of for so long is asked no more. */
const UNHEARD_MS = 24 * 3_600_000
/** While it comes and goes it is told once in so long. */
const AGAIN_MS = 3_600_000

/**
 * What is kept after a look: what lasts stays as it is, what is new is to be told, what is over is forgotten unless it is still
 * being told. What comes and goes is told when it comes first, then at most once an hour with how often it came, and when it is over.
 * Where nothing was kept yet, batches that are done already are no news. `isWell`: a server is known to be well.
 */
export function settleAlerts(
  kept: Readonly<Record<string, KeptAlert>> | undefined,
  found: readonly Alert[],
  { addresses, webhook }: AlertSettings,
  now: number,
  isWell: (server: string) => boolean = () => true,
): Record<string, KeptAlert> {
  const after: Record<string, KeptAlert> = {}
  const everybody = ({ also = [] }: Pick<Alert, 'also'>) => {
    const others = also.filter((address) => !addresses.some((each) => isSameName(each, address)))
    return [...addresses, ...others, ...(webhook === null ? [] : [WEBHOOK])]
  }
  const anew = (alert: Alert, open: readonly string[]): KeptAlert => ({
    ...alert,
    ...{ at: now, open, attempts: 0, nextAt: now },
  })
  for (const alert of found) {
    const known = kept?.[alert.key]
    const old = kept === undefined && alert.kind === 'done'
    if (known === undefined) after[alert.key] = anew(alert, old ? [] : everybody(alert))
    else if (known.overAt === undefined) after[alert.key] = known
    else after[alert.key] = cameAgain(known, alert, everybody(alert), now)
  }
  for (const [key, alert] of Object.entries(kept ?? {})) {
    if (after[key] !== undefined) continue
    const { over, open, overAt, times = 1, at } = alert
    const isOpen = open.length > 0
    if (over === undefined) {
      if (isOpen || isRemembered(alert, now)) after[key] = alert
    } else if (overAt === undefined) after[key] = { ...alert, overAt: now }
    else if (isOpen || now - overAt < CALM_MS) after[key] = alert
    else if (over.of !== null && !isWell(over.of)) {
      if (now - overAt < UNHEARD_MS) after[key] = alert
    } else {
      const { subject, sentence } = over
      const since = times === 1 ? '' : ` This was so ${times} times since ${momentWords(at)}.`
      const told = {
        key: `well-again ${key}`,
        kind: 'well-again',
        subject,
        sentence: `${sentence}${since}`,
        ...(alert.also && { also: alert.also }),
      } as const
      after[told.key] = anew(told, everybody(told))
    }
  }
  return after
}

function cameAgain(known: KeptAlert, alert: Alert, everybody: readonly string[], now: number): KeptAlert {
  const times = (known.times ?? 1) + 1
  const came: KeptAlert = { ...known, times, overAt: undefined }
  if (known.open.length > 0 || now - (known.toldAt ?? known.at) < AGAIN_MS) return came
  const sentence = `${alert.sentence} This was so ${times} times since ${momentWords(known.at)}.`
  return { ...came, ...alert, sentence, open: everybody, attempts: 0, nextAt: now, toldAt: now }
}
