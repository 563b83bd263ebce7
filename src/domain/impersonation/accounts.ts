import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { OrganizationStore } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'

const MOST_ACCOUNTS = 20

/** From now on the user may act in any mailbox of the organisation, as Exchange's ApplicationImpersonation lets. Refuses `limit-exceeded`. */
export async function addImpersonationAccount(
  organizations: OrganizationStore,
  organization: OrganizationId,
  user: EntryId,
): Promise<void> {
  await organizations.changeSettings(organization, ({ impersonationAccounts: known }) => {
    if (known.includes(user)) return {}
    if (known.length >= MOST_ACCOUNTS)
      throw new Refusal(
        'limit-exceeded',
        `An organisation has at most ${MOST_ACCOUNTS} impersonation accounts.`,
      )
    return { impersonationAccounts: [...known, user] }
  })
}

/** From now on the user is one like any other. */
export async function removeImpersonationAccount(
  organizations: OrganizationStore,
  organization: OrganizationId,
  user: EntryId,
): Promise<void> {
  await organizations.changeSettings(organization, ({ impersonationAccounts: known }) => ({
    impersonationAccounts: known.filter((one) => one !== user),
  }))
}
