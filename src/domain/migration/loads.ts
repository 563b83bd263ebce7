import { Refusal } from '../refusal.ts'
import { liesOn, type PlanMailbox } from './mailbox.ts'
import type { PlanRules } from './rules.ts'

/** A server that nobody is on is a name that was written wrong. */
export function checkServers(mailboxes: readonly PlanMailbox[], caps: PlanRules['caps']): void {
  const there = new Set(mailboxes.flatMap(({ server, database }) => [server, database ?? '']))
  const unknown = Object.keys(caps.perServer).find((server) => !there.has(server))
  if (unknown === undefined) return
  const known = [...there].filter((server) => server !== '').sort()
  throw new Refusal(
    'invalid-parameter',
    `A cap is for mailboxes of ${unknown}, and no mailbox is there. ` +
      (known.length === 0
        ? 'The list of mailboxes has no column ServerName or Database; --address-book tells both.'
        : `They are on ${known.slice(0, 8).join(', ')}${known.length > 8 ? ` and ${known.length - 8} more` : ''}.`),
  )
}

/** What each of these takes of each cap, and the caps: mailboxes, then bytes where they have one, then those of servers. */
export function loadsOf(
  mailboxes: readonly PlanMailbox[],
  { mailboxes: most, bytes, perServer }: PlanRules['caps'],
  waiting: Int32Array,
): { dimensions: number; loads: Float64Array; caps: Float64Array } {
  const servers = Object.entries(perServer)
  const caps = [most, ...(bytes === null ? [] : [bytes]), ...servers.map(([, cap]) => cap)]
  const loads = new Float64Array(waiting.length * caps.length)
  waiting.forEach((at, number) => {
    const mailbox = mailboxes[at]!
    let place = number * caps.length
    loads[place++] = 1
    if (bytes !== null) loads[place++] = mailbox.sizeBytes
    for (const [server] of servers) loads[place++] = liesOn(mailbox, server) ? 1 : 0
  })
  return { dimensions: caps.length, loads, caps: Float64Array.from(caps) }
}
