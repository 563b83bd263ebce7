import type { OrganizationId } from '#src/base/ids.ts'
import type { FolderNo } from '../mailbox/item.ts'
import { ensureServiceFolder } from '../mailbox/service-mailbox.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import type { Store } from '../store.ts'
import { transportMailbox } from './store.ts'

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
  return { at, folder: await ensureServiceFolder(store, at, { distinguished: 'queue', name: 'Queue' }) }
}
