import { domainOf } from '../directory/address.ts'
import { primaryAddress } from '../directory/entry.ts'
import { rulesLoop } from '../rules/message-facts.ts'
import { type IntakeDeps, routingOf } from './intake-deps.ts'
import { wasAt } from './loops.ts'
import { type MailboxDecision, type Unsent, withoutSending } from './mailbox-step.ts'
import {
  type AcceptedRecipient,
  type Decide,
  type LocalTarget,
  type OutwardTarget,
  resolveTargets,
  type Targets,
} from './recipients.ts'
import type { MessageRounds } from './rounds.ts'
import { sendingDay } from './sending-limits.ts'
import type { TakenMessage } from './taken-message.ts'

type About = {
  messageId: string
  junk: boolean
  onlySpam: boolean
  /** Who is told to the sender, not delivered to. */
  looping: readonly AcceptedRecipient[]
  rounds: Pick<MessageRounds, 'isCircling'>
}

/** Whom a message goes to, each mailbox having said what it makes of it. */
export async function targetsOf(
  deps: IntakeDeps,
  taken: TakenMessage,
  { messageId, junk, onlySpam, looping, rounds }: About,
): Promise<Targets> {
  const { organization, sender, message, accepted, routed } = taken
  const { fields, envelope } = message
  const isBackAt = (address: string) => wasAt(deps, fields, messageId, address)
  const decide: Decide = async (entry, mailbox) => {
    const delivery = {
      organization: organization.id,
      entry,
      mailbox,
      sender: sender.address,
      fields,
      envelope,
      message,
      junk,
      onlySpam,
    }
    const decision = await deps.mailboxStep(delivery)
    const others = sentTo(decision, sender.address)
    if (others.length === 0) return decision
    const own = primaryAddress(entry) ?? ''
    const isBack = async () =>
      own === '' || isBackAt(own) || wasSentOnBy(own, fields) || (await rounds.isCircling(own))
    const stop = (because: Unsent['because']) => withoutSending(decision, { because, recipients: others })
    if (sender.address === '') return stop('report')
    if (await isBack()) return stop('circle')
    return (await maySend(deps, taken, entry.id, others)) ? decision : stop('limit')
  }
  const targets = await resolveTargets(routingOf(deps), routed, accepted, {
    decide,
    wasAt: isBackAt,
    restriction: taken.restriction,
  })
  return { ...targets, outward: [...targets.outward, ...looping.map(toBeReported)] }
}

/** Everybody to whom a mailbox sends something because of a message. */
const sentTo = ({ redirectTo, ruled }: MailboxDecision, sender: string): string[] => [
  ...redirectTo,
  ...(ruled?.letters ?? []).flatMap((letter) =>
    letter.kind === 'reply' ? [sender] : letter.to.map(({ address }) => address),
  ),
]

/** As many rules in a row pass a message on to each other. */
const MOST_RULES = 5

function wasSentOnBy(own: string, fields: Parameters<typeof rulesLoop>[0]): boolean {
  const passed = rulesLoop(fields)
  return passed.size >= MOST_RULES || passed.has(own.toLowerCase())
}

/** The queue finds that the message is back for this recipient, as the door did, and tells its sender. */
const toBeReported = ({ given }: AcceptedRecipient): OutwardTarget => {
  const { address, notify, originalRecipient } = given
  return {
    address,
    route: { kind: 'local' },
    from: null,
    groups: [],
    redirectedBy: null,
    ...(notify && { notify }),
    ...(originalRecipient && { originalRecipient }),
  }
}

/** Redirected mail counts for the owner of the mailbox (LIM-06), colleagues aside; beyond the limits it stays where it is. */
async function maySend(
  { store, limits, now }: IntakeDeps,
  { organization: { id } }: TakenMessage,
  entry: LocalTarget['entry']['id'],
  targets: readonly string[],
): Promise<boolean> {
  let external = 0
  for (const target of targets) {
    const owner = await store.directory.findDomainOwner(domainOf(target))
    if (owner?.organization !== id) external++
  }
  if (external === 0) return true
  const day = sendingDay(now())
  const room = [
    limits.perUser - (await store.delivery.countSent(id, day, entry)),
    limits.perOrganization - (await store.delivery.countSent(id, day)),
    limits.perAccount - (await store.delivery.countAccountSending(day)).external,
  ]
  return external <= Math.min(...room)
}
