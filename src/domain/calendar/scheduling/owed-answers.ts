import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../directory/entry.ts'
import type { ItemNo } from '../../mailbox/item.ts'
import type { MailboxRef, Page } from '../../mailbox/store.ts'
import { rowsOf } from '../../rows-of.ts'
import type { Store } from '../../store.ts'
import type { Received } from './copy-to-delegates.ts'
import { meetingOf } from './meeting-message.ts'
import { type MeetingPost, sendLetter } from './post.ts'

const PAGE = 100

/** Sends what a resource has decided, then puts the message away: what stays in its inbox waits for somebody. */
export async function answerOwed(deps: MeetingPost, { at, owner, item, mark }: Received): Promise<void> {
  for (const { note, response, sentence } of mark.owed ?? []) {
    if (note.to.length === 0) continue
    const letter = { note, response, sentence, automatic: true }
    await sendLetter(deps, { owner, at, login: null }, letter, { save: false })
  }
  await throwAway(deps.store, at, item)
}

/**
 * Sends the answers of resources that a crash kept from being sent: of requests that came before `startedAt` and lie in
 * their inboxes still. One that had been sent and was not put away is sent twice.
 */
export async function answerAllOwed(
  deps: MeetingPost,
  organization: OrganizationId,
  { startedAt, signal }: { startedAt: number; signal: AbortSignal },
): Promise<void> {
  const { directory } = deps.store
  const resources = rowsOf((after: number | null) =>
    directory.listEntries(organization, {
      kind: 'resource',
      filter: { states: ['ENABLED'] },
      after,
      limit: PAGE,
    }),
  )
  for await (const owner of resources) {
    signal.throwIfAborted()
    if (owner.mailbox !== null && owner.home === 'local')
      await answerOf(deps, { organization, mailbox: owner.mailbox }, owner, startedAt)
  }
}

async function answerOf(deps: MeetingPost, at: MailboxRef, owner: Entry, startedAt: number): Promise<void> {
  const { mailboxes } = deps.store
  const inbox = await mailboxes.findFolder(at, { distinguished: 'inbox' })
  if (inbox === undefined) return
  let after: number | string | null = 0
  do {
    const page: Page<Parameters<typeof meetingOf>[0] & { no: ItemNo; receivedAt: number }, number | string> =
      await mailboxes.listItems(at, inbox.no, { order: 'uid', after, limit: PAGE, parts: ['content'] })
    for (const item of page.rows) {
      const mark = meetingOf(item)
      if (mark?.owed !== undefined && item.receivedAt < startedAt)
        await answerOwed(deps, { at, owner, item: item.no, mark })
    }
    after = page.next
  } while (after !== null)
}

export async function throwAway(store: Store, at: MailboxRef, item: ItemNo): Promise<void> {
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const deleted = await mailboxes.findFolder(at, { distinguished: 'deleteditems' })
    if (deleted !== undefined) await mailboxes.moveItems(at, { items: [item], to: deleted.no })
  })
}
