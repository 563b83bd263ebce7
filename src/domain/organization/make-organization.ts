import { addMailDomain, newMailDomain, newTestDomain } from '../directory/mail-domains.ts'
import { Refusal } from '../refusal.ts'
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
  const test = await newTestDomain({ alias: organization.alias, suffix }, now)
  const made = [test]
  for (const name of domains) {
    const domain = await newMailDomain({ name }, now)
    if (domain.record.name === test.record.name) throw comesWithIt(test.record.name)
    if (made.some(({ record }) => record.name === domain.record.name)) throw namedTwice(domain.record.name)
    made.push(domain)
  }
  return store.organizations.create(organization, async (directory, id) => {
    for (const domain of made) await addMailDomain(directory, id, domain)
  })
}

const comesWithIt = (name: string): Refusal =>
  new Refusal(
    'domain-in-use',
    `${name} is the test domain that the organisation comes with, proven from the start. Leave it out, or use another alias.`,
  )

const namedTwice = (name: string): Refusal =>
  new Refusal('domain-in-use', `The domain ${name} is named twice. Name it once.`)
