import type { OrganizationId } from '#src/base/ids.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'

/** The mailbox of the user at `address`. */
export async function mailboxAt(
  store: Store,
  organization: OrganizationId,
  address: string,
): Promise<MailboxRef> {
  const entry = await store.directory.findEntry(organization, { address })
  return { organization, mailbox: entry!.mailbox! }
}
