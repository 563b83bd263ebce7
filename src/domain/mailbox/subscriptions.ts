import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { MailboxReader, MailboxRef } from './store.ts'

const NAME = 'Landbridge.Subscriptions'
const MOST = 1_000

/**
 * Names that the owner of a mailbox subscribed to beside folders of that mailbox: those of other people, and those whose folder
 * is gone, for nobody but their owner ends a subscription (RFC 9051 §6.3.7).
 */
export async function readSubscriptions(
  mailboxes: MailboxReader,
  at: MailboxRef,
): Promise<ReadonlySet<string>> {
  const kept = await mailboxes.findConfiguration(at, 'root', NAME)
  return new Set((kept?.content.names ?? []) as string[])
}

/** Adds or removes a name. Refuses `limit-exceeded`. */
export function setSubscription(
  store: Store,
  at: MailboxRef,
  name: string,
  subscribed: boolean,
): Promise<void> {
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const names = new Set(await readSubscriptions(mailboxes, at))
    if (names.has(name) === subscribed) return
    if (subscribed) names.add(name)
    else names.delete(name)
    if (names.size > MOST)
      throw new Refusal(
        'limit-exceeded',
        `At most ${MOST} names are subscribed to beside your own mailboxes.`,
      )
    const root = await mailboxes.findFolder(at, { distinguished: 'root' })
    if (root === undefined) throw new Refusal('no-such-folder', 'The mailbox has no root.')
    await mailboxes.putConfiguration(at, root.no, NAME, names.size === 0 ? null : { names: [...names] })
  })
}
