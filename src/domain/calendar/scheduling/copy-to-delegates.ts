import { type Entry, primaryAddress } from '../../directory/entry.ts'
import type { ItemNo } from '../../mailbox/item.ts'
import { indexedMessage } from '../../mailbox/message-parts.ts'
import type { MailboxRef } from '../../mailbox/store.ts'
import type { MeetingMark } from './meeting-message.ts'
import type { MeetingPost } from './post.ts'
import { tellDelegatesElsewhere } from './tell-delegates-elsewhere.ts'

/** Delegates, with groups among them, that get a copy. */
const MOST_COPIES = 100
const DEEPEST = 5

/** A meeting message in the mailbox of somebody else. */
export type Received = { at: MailboxRef; owner: Entry; item: ItemNo; mark: MeetingMark }

/**
 * Puts copies of a meeting message into the inboxes of those who decide for its recipient; they say whose message it is (DIR-19).
 * Those on the Exchange side are told by mail. Resolves with the number of copies.
 */
export async function copyToDelegates(
  deps: MeetingPost,
  { at, owner, item, mark }: Received,
  delegates: readonly Entry[],
): Promise<number> {
  const { store, now } = deps
  const [original] = await store.mailboxes.getItems(at, [item])
  if (original === undefined || original.body === null) return 0
  const receivedFor = { name: owner.displayName, address: primaryAddress(owner) ?? '' }
  let copies = 0
  const { here, elsewhere } = await peopleOf({ store }, at, delegates)
  if (elsewhere.length > 0) await tellDelegatesElsewhere(deps, { owner, at, login: null }, mark, elsewhere)
  for (const mailbox of here) {
    if (mailbox === at.mailbox) continue
    const to = { organization: at.organization, mailbox }
    const source = store.mailboxes.readBody(at, original.body)
    const { staged, item: parts } = await indexedMessage(store, to, original.sizeBytes, source)
    await store.transact({ organization: at.organization, mailboxes: [mailbox] }, async ({ mailboxes }) => {
      const inbox = await mailboxes.findFolder(to, { distinguished: 'inbox' })
      if (inbox === undefined) return
      const content = { ...mark, receivedFor } as unknown as Record<string, unknown>
      await mailboxes.appendItem(to, {
        ...parts,
        folder: inbox.no,
        receivedAt: now(),
        body: staged,
        content,
        ignoreQuota: true,
      })
    })
    copies++
  }
  return copies
}

/** Everybody who is meant, groups by their members: mailboxes here, and entries of those whose mailboxes are on the Exchange side. */
async function peopleOf(
  { store }: Pick<MeetingPost, 'store'>,
  { organization }: MailboxRef,
  delegates: readonly Entry[],
): Promise<{ here: Set<MailboxRef['mailbox']>; elsewhere: Entry[] }> {
  const here = new Set<MailboxRef['mailbox']>()
  const elsewhere: Entry[] = []
  const seen = new Set<string>()
  let level: readonly Entry[] = delegates
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Entry[] = []
    for (const entry of level) {
      if (entry.state !== 'ENABLED' || seen.has(entry.id) || here.size + elsewhere.length >= MOST_COPIES)
        continue
      seen.add(entry.id)
      if (entry.kind === 'group') {
        const { rows } = await store.directory.listMembers(organization, entry.id, { limit: MOST_COPIES })
        next.push(...rows)
      } else if (entry.home === 'local' && entry.mailbox !== null) here.add(entry.mailbox)
      else if (entry.home === 'exchange') elsewhere.push(entry)
    }
    level = next
  }
  return { here, elsewhere }
}
