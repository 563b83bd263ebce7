import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'

/** How to ask for the people of one mail domain (FBI-06): over EWS, or a function behind an HTTPS address (CAP-01). */
export type AvailabilityProvider =
  | { type: 'ews'; endpoint: string; user: string; tls?: AvailabilityTls }
  | { type: 'function'; endpoint: string; tls?: AvailabilityTls }

/** How TLS with it differs from the usual: authorities in PEM, and an older version for Exchange 2010 and 2013. */
export type AvailabilityTls = { authorities?: string; minVersion?: TlsVersion }

export const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const
type TlsVersion = (typeof tlsVersions)[number]

/** One for each domain. Its secret is kept apart and never given back. */
export type AvailabilityConfiguration = {
  /** In lower case. */
  domain: string
  provider: AvailabilityProvider
  createdAt: number
  changedAt: number
}

/** With what it takes to be let in: a password, or the function's token. */
export type AvailabilityLogin = { configuration: AvailabilityConfiguration; secret: string | null }

/** Signs in as questions do and asks about nobody. Never rejects for what the other side does; null: it works. */
export type ProbeAvailability = (
  organization: OrganizationId,
  login: Pick<AvailabilityLogin, 'secret'> & { domain: string; provider: AvailabilityProvider },
  signal: AbortSignal,
) => Promise<string | null>

const MOST_AVAILABILITY_CONFIGURATIONS = 100

type Given = { domain: string; provider: AvailabilityProvider; secret: string | null }

/** Refuses `name-taken` for a domain that has one, `limit-exceeded`, `invalid-parameter`. */
export async function createAvailability(
  store: Store,
  organization: OrganizationId,
  { domain, provider, secret }: Given,
  now: number,
): Promise<AvailabilityConfiguration> {
  const configuration = {
    domain: checkedDomain(domain),
    provider: checkedProvider(provider),
    createdAt: now,
    changedAt: now,
  }
  await store.transact({ organization }, async ({ directory }) => {
    if ((await directory.findAvailability(organization, configuration.domain)) !== undefined)
      throw new Refusal(
        'name-taken',
        `There is an availability configuration for ${configuration.domain} already. Update it, or remove it first.`,
      )
    const page = await directory.listAvailability(organization, { limit: MOST_AVAILABILITY_CONFIGURATIONS })
    if (page.rows.length >= MOST_AVAILABILITY_CONFIGURATIONS)
      throw new Refusal(
        'limit-exceeded',
        `The organisation has ${MOST_AVAILABILITY_CONFIGURATIONS} availability configurations, which is the most there can be.`,
      )
    await directory.putAvailability(organization, { configuration, secret })
  })
  return configuration
}

/** Puts another provider in place of the one there is. Refuses `no-such-item`, `invalid-parameter`. */
export async function updateAvailability(
  store: Store,
  organization: OrganizationId,
  { domain, provider, secret }: Given,
  now: number,
): Promise<AvailabilityConfiguration> {
  const checked = checkedProvider(provider)
  return store.transact({ organization }, async ({ directory }) => {
    const known = await directory.findAvailability(organization, domain.toLowerCase())
    if (known === undefined) throw noAvailability(domain)
    const configuration = { ...known, provider: checked, changedAt: now }
    await directory.putAvailability(organization, { configuration, secret })
    return configuration
  })
}

/** Refuses `no-such-item`. */
export async function removeAvailability(
  store: Store,
  organization: OrganizationId,
  domain: string,
): Promise<void> {
  await store.transact({ organization }, ({ directory }) =>
    directory.removeAvailability(organization, domain.toLowerCase()),
  )
}

export const noAvailability = (domain: string): Refusal =>
  new Refusal('no-such-item', `There is no availability configuration for ${domain}.`)

function checkedDomain(domain: string): string {
  const name = domain.toLowerCase()
  if (!/^(?=.{3,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/.test(name))
    throw new Refusal('invalid-parameter', `"${domain}" is no mail domain such as corp.example.`)
  return name
}

function checkedProvider(provider: AvailabilityProvider): AvailabilityProvider {
  const url = URL.parse(provider.endpoint)
  if (url !== null && (url.username !== '' || url.password !== ''))
    throw new Refusal(
      'invalid-parameter',
      'The address has a name or a password in it. Leave them out, and use --user and --password-stdin.',
    )
  if (url === null || url.protocol !== 'https:')
    throw new Refusal(
      'invalid-parameter',
      `"${provider.endpoint}" is no HTTPS address such as https://mail.corp.example/EWS/Exchange.asmx; a name and password are given apart from it.`,
    )
  const { authorities } = provider.tls ?? {}
  if (
    authorities !== undefined &&
    !/-----BEGIN CERTIFICATE-----\s[\s\S]+-----END CERTIFICATE-----/.test(authorities)
  )
    throw new Refusal('invalid-parameter', 'The authorities are no certificates in PEM.')
  return provider
}
