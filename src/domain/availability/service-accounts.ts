import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { Authenticator } from '../directory/login/authenticator.ts'
import type { OrganizationStore } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'

const MOST_ACCOUNTS = 20

/** From now on the user may only ask when people are free (exchange-interop.md 2.3). Refuses `limit-exceeded`. */
export async function addAvailabilityAccount(
  organizations: OrganizationStore,
  organization: OrganizationId,
  user: EntryId,
): Promise<void> {
  await organizations.changeSettings(organization, ({ availabilityAccounts: known }) => {
    if (known.includes(user)) return {}
    if (known.length >= MOST_ACCOUNTS)
      throw new Refusal(
        'limit-exceeded',
        `An organisation has at most ${MOST_ACCOUNTS} availability accounts.`,
      )
    return { availabilityAccounts: [...known, user] }
  })
}

/** From now on the user is one like any other. */
export async function removeAvailabilityAccount(
  organizations: OrganizationStore,
  organization: OrganizationId,
  user: EntryId,
): Promise<void> {
  await organizations.changeSettings(organization, ({ availabilityAccounts: known }) => ({
    availabilityAccounts: known.filter((one) => one !== user),
  }))
}

/** Whether somebody may ask when people are free, and nothing else. */
export async function isAvailabilityAccount(
  organizations: Pick<OrganizationStore, 'get'>,
  organization: OrganizationId,
  user: EntryId,
): Promise<boolean> {
  const { settings } = await organizations.get(organization)
  return settings.availabilityAccounts.includes(user)
}

/** Lets availability accounts in where they ask when people are free, and nowhere else (exchange-interop.md 2.3). */
export function withAvailabilityAccounts(
  authenticator: Authenticator,
  organizations: Pick<OrganizationStore, 'get'>,
): Authenticator {
  return {
    async authenticate(login) {
      const result = await authenticator.authenticate(login)
      if (!result.accepted || login.purpose === 'ews') return result
      const { organization, user } = result.login
      return (await isAvailabilityAccount(organizations, organization, user.id))
        ? { accepted: false, failure: 'availability-only', waitMs: 0 }
        : result
    },
  }
}
