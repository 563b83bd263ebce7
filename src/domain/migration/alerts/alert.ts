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

/** `key` names its cause: it is told once for as long as that lasts. */
export type Alert = { key: string; kind: AlertKind; subject: string; sentence: string }

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

/**
 * What is kept after a look: what lasts stays as it is, what is new is to be told, what is over is forgotten unless it is still
 * being told. Where nothing was kept yet, batches that are done already are no news.
 */
export function settleAlerts(
  kept: Readonly<Record<string, KeptAlert>> | undefined,
  found: readonly Alert[],
  { addresses, webhook }: AlertSettings,
  now: number,
): Record<string, KeptAlert> {
  const after: Record<string, KeptAlert> = {}
  for (const alert of found) {
    const known = kept?.[alert.key]
    const old = kept === undefined && alert.kind === 'done'
    const to = old ? [] : [...addresses, ...(webhook === null ? [] : [WEBHOOK])]
    after[alert.key] = known ?? { ...alert, at: now, open: to, attempts: 0, nextAt: now }
  }
  for (const [key, alert] of Object.entries(kept ?? {}))
    if (after[key] === undefined && (alert.open.length > 0 || isRemembered(alert, now))) after[key] = alert
  return after
}
