import type { OrganizationId } from '#src/base/ids.ts'
import type { FolderNo } from '../mailbox/item.ts'
import type { DistinguishedFolder, MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { transportMailbox } from './store.ts'

/** What is queued for others must never be refused for want of room here. */
const QUOTA_BYTES = 2 ** 50

const folders: readonly DistinguishedFolder[] = [
  { distinguished: 'root', parent: null, name: 'Root', class: 'other' },
  { distinguished: 'queue', parent: 'root', name: 'Queue', class: 'message' },
]

export const transportMailboxOf = (organization: OrganizationId): MailboxRef => ({
  organization,
  mailbox: transportMailbox,
})

/** The transport mailbox of an organisation and its folder for queued messages; made with the first message. */
export async function ensureTransportMailbox(
  store: Store,
  organization: OrganizationId,
): Promise<{ at: MailboxRef; folder: FolderNo }> {
  const at = transportMailboxOf(organization)
  return { at, folder: (await findQueueFolder(store, at)) ?? (await makeTransportMailbox(store, at)) }
}

async function findQueueFolder(store: Store, at: MailboxRef): Promise<FolderNo | undefined> {
  try {
    return (await store.mailboxes.findFolder(at, { distinguished: 'queue' }))?.no
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-such-mailbox') return undefined
    throw error
  }
}

async function makeTransportMailbox(store: Store, at: MailboxRef): Promise<FolderNo> {
  try {
    const scope = { organization: at.organization, newMailboxes: [at.mailbox] }
    await store.transact(scope, ({ mailboxes }) =>
      mailboxes.createMailbox(at, { quotaBytes: QUOTA_BYTES, folders }),
    )
  } catch (error) {
    // Another message was first.
    if (!(error instanceof Refusal) || error.reason !== 'name-taken') throw error
  }
  const folder = await findQueueFolder(store, at)
  if (folder === undefined) throw new Error('The transport mailbox has no folder for the queue')
  return folder
}
