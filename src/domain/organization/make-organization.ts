import { addMailDomain, newMailDomain, newTestDomain, requireDomainName } from '../directory/mail-domains.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Organization, OrganizationSettings } from './store.ts'

type OrganizationWishes = {
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
  const names = requireDomainNames({ alias: organization.alias, domains }, suffix)
  // Keys take a moment to make, and a transaction holds up everybody.
  const made = [await newTestDomain({ alias: organization.alias, suffix }, now)]
  for (const name of names) made.push(await newMailDomain({ name }, now))
  return store.organizations.create(organization, async (directory, id) => {
    for (const domain of made) await addMailDomain(directory, id, domain)
  })
}

/** The names of the domains as they are kept, judged before anything is made. Refuses `invalid-parameter`. */
export function requireDomainNames(
  { alias, domains }: Pick<OrganizationWishes, 'alias' | 'domains'>,
  suffix: string,
): string[] {
  const test = requireDomainName(`${alias}.${suffix}`)
  const names: string[] = []
  for (const domain of domains) {
    const name = requireDomainName(domain)
    if (name === test) throw comesWithIt(name)
    if (names.includes(name)) throw namedTwice(name)
    names.push(name)
  }
  return names
}

const comesWithIt = (name: string): Refusal =>
  new Refusal(
    'invalid-parameter',
    `${name} is the test domain that the organisation comes with, proven from the start. Leave it out, or use another alias.`,
  )

const namedTwice = (name: string): Refusal =>
  new Refusal('invalid-parameter', `The domain ${name} is named twice. Name it once.`)
