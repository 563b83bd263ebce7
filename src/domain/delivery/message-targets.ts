import { loopCount } from '#src/formats/trace-headers/loop-mark.ts'
import { primaryAddress } from '../directory/entry.ts'
import { type IntakeDeps, routingOf } from './intake-deps.ts'
import { type LocalTarget, resolveTargets, type Targets } from './recipients.ts'
import { sendingDay } from './sending-limits.ts'
import type { TakenMessage } from './taken-message.ts'

/** Whom a message goes to, each mailbox having said what it makes of it. */
export async function targetsOf(
  deps: IntakeDeps,
  taken: TakenMessage,
  messageId: string,
  junk: boolean,
): Promise<Targets> {
  const { organization, sender, message, accepted, routed } = taken
  const { fields, envelope } = message
  return resolveTargets(routingOf(deps), routed, accepted, async (entry, mailbox) => {
    const delivery = {
      organization: organization.id,
      entry,
      mailbox,
      sender: sender.address,
      fields,
      envelope,
      junk,
    }
    const decision = await deps.mailboxStep(delivery)
    if (decision.redirectTo.length === 0) return decision
    const own = primaryAddress(entry) ?? ''
    const isBack = own === '' || loopCount(fields, deps.keys.loop, { recipient: own, messageId }) > 0
    // RUL-03: reports are never redirected; nor is what was redirected from here before.
    if (
      sender.address !== '' &&
      !isBack &&
      (await maySend(deps, taken, entry.id, decision.redirectTo.length))
    )
      return decision
    return { folder: decision.folder ?? 'inbox', redirectTo: [] }
  })
}

/** Redirected mail counts for the owner of the mailbox (LIM-06); beyond the limit it stays where it is. */
async function maySend(
  { store, limits, now }: IntakeDeps,
  { organization }: TakenMessage,
  entry: LocalTarget['entry']['id'],
  more: number,
): Promise<boolean> {
  const sent = await store.delivery.countSent(organization.id, sendingDay(now()), entry)
  return sent + more <= limits.perUser
}
