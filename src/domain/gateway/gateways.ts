import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { EVERYBODY, type Gateway } from './gateway.ts'

/** Far beyond what an organisation has; patterns as LIM-14 has them for flow rules. */
export const GATEWAY_LIMITS = {
  perOrganization: 100,
  nameCharacters: 64,
  recipients: 250,
  loginCharacters: 1_000,
  authoritiesBytes: 64 * 1024,
} as const

/** What may be changed of a gateway; `password` undefined leaves it, null takes it away. */
type GatewayChange = Partial<Omit<Gateway, 'name'>> & { password?: string | null }

/**
 * Makes a gateway. It is used from the next message on (FLW-10). Refuses `invalid-parameter`, `limit-exceeded`, and
 * `name-taken` for its name or a pattern that another gateway has.
 */
export async function createGateway(
  store: Store,
  organization: OrganizationId,
  given: Gateway,
  password: string | null,
): Promise<Gateway> {
  const gateway = checked(given)
  requireLogin(gateway, password !== null)
  await store.transact({ organization }, async ({ delivery: gateways }) => {
    if ((await gateways.countGateways(organization)) >= GATEWAY_LIMITS.perOrganization)
      throw new Refusal(
        'limit-exceeded',
        `The organisation has ${GATEWAY_LIMITS.perOrganization} gateways, which is the most there can be. Remove one first.`,
      )
    await gateways.createGateway(organization, { gateway, password })
  })
  return gateway
}

/**
 * Changes a gateway; mail that is queued for it goes as it is now. Whoever sends the known password to another host, or less
 * well secured, must say it again: nobody is to read it that way. Refuses `no-such-item`, and as `createGateway`.
 */
export async function updateGateway(
  store: Store,
  organization: OrganizationId,
  name: string,
  { password, ...change }: GatewayChange,
): Promise<Gateway> {
  return store.transact({ organization }, async ({ delivery: gateways }) => {
    const known = await gateways.findGatewayLogin(organization, name)
    if (known === undefined) throw noGateway(name)
    const before = known.gateway
    const gateway = checked({ ...before, ...change, name: before.name })
    // A gateway that is not signed in to any more has no use for a password.
    const next = gateway.user === null && password === undefined ? null : password
    const moves =
      gateway.host !== before.host ||
      gateway.port !== before.port ||
      gateway.tls !== before.tls ||
      gateway.authorities !== before.authorities
    if (moves && next === undefined && known.password !== null)
      throw invalid('Give the password again: it is not sent to another server than it was given for.')
    requireLogin(gateway, (next === undefined ? known.password : next) !== null)
    await gateways.saveGateway(organization, gateway, next)
    return gateway
  })
}

/** Mail that is queued for it comes back to its senders. Refuses `no-such-item`. */
export async function removeGateway(store: Store, organization: OrganizationId, name: string): Promise<void> {
  await store.transact({ organization }, ({ delivery }) => delivery.removeGateway(organization, name))
}

export const noGateway = (name: string): Refusal =>
  new Refusal('no-such-item', `There is no gateway "${name}". List the gateways.`)

const invalid = (sentence: string) => new Refusal('invalid-parameter', sentence)

function checked(gateway: Gateway): Gateway {
  const { port, authorities, user } = gateway
  const name = gateway.name.normalize('NFC')
  if (name.trim() !== name || name === '' || name.length > GATEWAY_LIMITS.nameCharacters || !printable(name))
    throw invalid(
      `A gateway is named with 1 to ${GATEWAY_LIMITS.nameCharacters} characters, without blanks at its ends.`,
    )
  const host = gateway.host.toLowerCase().replace(/\.$/, '')
  // Never shown again: what stands before an @ may be a password.
  if (host.includes('@'))
    throw invalid(
      'The host has a name or a password in it. Leave them out, and use --user and --password-stdin.',
    )
  if (isIP(host) === 0 && !isHostName(host))
    throw invalid(`"${host}" is neither a host name nor an IP address.`)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalid('A port is a number from 1 to 65535.')
  if (user !== null && (user === '' || user.length > GATEWAY_LIMITS.loginCharacters || !printable(user)))
    throw invalid('The user name is empty, too long, or has control characters.')
  if (authorities !== null) requireAuthorities(authorities)
  return { ...gateway, name, host, recipients: checkedPatterns(gateway.recipients) }
}

function requireLogin({ user, tls }: Gateway, hasPassword: boolean): void {
  if ((user === null) === hasPassword) throw invalid('A user name and a password go together.')
  if (user !== null && tls !== 'required' && tls !== 'implicit')
    throw invalid('A password is sent under TLS to a server that has proven its name, and not otherwise.')
}

function checkedPatterns(given: readonly string[]): string[] {
  const patterns = [...new Set(given.map((pattern) => pattern.toLowerCase()))]
  if (patterns.length > GATEWAY_LIMITS.recipients)
    throw invalid(`A gateway is for no more than ${GATEWAY_LIMITS.recipients} patterns.`)
  for (const pattern of patterns) {
    if (pattern === EVERYBODY || isHostName(pattern.replace(/^\*\./, ''))) continue
    throw invalid(
      `"${pattern.slice(0, 100)}" is none of: example.com (that domain), *.example.com (it and all below it), * (everybody).`,
    )
  }
  return patterns
}

function requireAuthorities(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const fits = pem.length <= GATEWAY_LIMITS.authoritiesBytes && blocks.length > 0
  if (fits && blocks.every(isCertificate)) return
  throw invalid('The authorities are no certificates in PEM, or more than 64 KB of them.')
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
const isHostName = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => LABEL.test(label))
const printable = (text: string): boolean => !/\p{Cc}/u.test(text)
