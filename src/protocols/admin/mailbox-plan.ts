import type { OrganizationId } from '#src/base/ids.ts'
import type { MailboxPlan } from '#src/domain/directory/registration.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { Store } from '#src/domain/store.ts'

/** What a mailbox of this organisation is made with now. */
export async function mailboxPlan(store: Store, organization: OrganizationId): Promise<MailboxPlan> {
  const { settings } = await store.organizations.get(organization)
  return { quotaBytes: settings.defaultQuotaBytes, folders: distinguishedFolders }
}
