import { addMailDomain, newMailDomain, newTestDomain } from '../directory/mail-domains.ts'
import type { Store } from '../store.ts'
import type { Organization, OrganizationSettings } from './store.ts'

export type OrganizationWishes = {
  alias: string
  /** Kind of the provider that holds its key; else the one that is configured. */
  keyProvider?: string
  settings?: Partial<OrganizationSettings>
  /** Mail domains that wait for their proof from then on (DOM-01). */
  domains: readonly string[]
}

/**
 * An organisation with its key, its test domain (LIM-21, LIM-22) and the domains that it registers: all of it is there, or nothing.
 * Refuses `name-taken`, `domain-in-use`, `limit-exceeded`, `invalid-parameter`, `key-unavailable`.
 */
export async function makeOrganization(
  store: Store,
  { domains, ...organization }: OrganizationWishes,
  suffix: string,
  now: number,
): Promise<Organization> {
  // Keys take a moment to make, and a transaction holds up everybody.
  const made = [await newTestDomain({ alias: organization.alias, suffix }, now)]
  for (const name of domains) made.push(await newMailDomain({ name }, now))
  return store.organizations.create(organization, async (directory, id) => {
    for (const domain of made) await addMailDomain(directory, id, domain)
  })
}
