import type { OrganizationId } from '#src/base/ids.ts'
import type { Authenticated, Authenticator, Login } from '#src/domain/directory/login/authenticator.ts'
import { findOrganizationOf } from '#src/domain/directory/recipient.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { OrganizationStore } from '#src/domain/organization/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { HttpReply, HttpRequest } from '#src/platform/http/route.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { type Proof, signIn } from './sign-in.ts'

type Deps = { authenticator: Authenticator; store: Names; log: Log }
type Names = { organizations: Pick<OrganizationStore, 'find'>; directory: DirectoryReader }

/** RFC 7617 §2: no more than this of a header is looked at. */
const LONGEST_HEADER = 4_096

/**
 * Who asks, by HTTP Basic (exchange-interop.md 2.3); undefined for a request without credentials, which is how most clients begin. Refuses
 * `bad-credentials` and what `signIn` refuses.
 */
export async function basicSignIn(
  deps: Deps,
  { headers, peer }: Pick<HttpRequest, 'headers' | 'peer'>,
  as: Pick<Login, 'purpose' | 'anyHome'>,
): Promise<Authenticated | undefined> {
  const header = headers.authorization
  if (header === undefined) return undefined
  const found = parseBasic(header)
  if (found === undefined)
    throw new Refusal('bad-credentials', 'Sign in with user name and password (HTTP Basic).')
  const proof = await nameOf(deps.store, found)
  return signIn(deps, proof, { client: peer, ...as })
}

/** The name and password of a Basic header, in UTF-8 or else Latin-1; undefined for anything else. */
function parseBasic(header: string): { name: string; password: string } | undefined {
  const found = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header.trim())
  if (found === null || header.length > LONGEST_HEADER) return undefined
  const octets = Buffer.from(found[1]!, 'base64')
  const text = utf8Of(octets) ?? octets.toString('latin1')
  const colon = text.indexOf(':')
  return colon < 1 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) }
}

function utf8Of(octets: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/**
 * `user@domain`, `dns.domain\user`, `DOMAIN\user` where DOMAIN is the alias of an organisation, and `DOMAIN\user@domain`, of
 * which the address counts. `dns.domain\user` is an address; where nobody has it, the user of that name in the organisation of the
 * domain: a service account is typed with the routing domain, in which it has no address when it is older (exchange-interop.md 0).
 */
async function nameOf(
  { organizations, directory }: Names,
  { name, password }: { name: string; password: string },
): Promise<Proof> {
  const slash = name.indexOf('\\')
  if (slash < 0) return { name, password }
  const [domain, user] = [name.slice(0, slash), name.slice(slash + 1)]
  if (user.includes('@') || domain === '' || domain === '.') return { name: user, password }
  if (domain.includes('.')) {
    const address = `${user}@${domain}`
    const owner = await findOrganizationOf(directory, address)
    if (owner === undefined || (await directory.findEntry(owner.organization, { address })) !== undefined)
      return { name: address, password }
    return namedIn(directory, owner.organization, { name: user, password })
  }
  const organization = await organizations.find({ alias: domain.toLowerCase() })
  return organization === undefined
    ? { name, password }
    : namedIn(directory, organization.id, { name: user, password })
}

/** Windows compares names of accounts without their case, so `CORP\Ann` is ann; by the bare name the case counts (DIR-11). */
async function namedIn(
  directory: DirectoryReader,
  organization: OrganizationId,
  { name, password }: { name: string; password: string },
): Promise<Proof> {
  const entry = await directory.findEntry(organization, { name, kind: 'user' })
  return { name: entry?.name ?? name, password, organization }
}

/** Exactly one scheme is offered: clients take the strongest of several, and this is the one that works. */
export const askForCredentials: HttpReply = {
  status: 401,
  headers: { 'www-authenticate': 'Basic realm="Landbridge"' },
  body: 'Sign in with user name and password.\n',
}

/**
 * The answer to who could not be signed in: 401 for what may be typed again at once, 503 for what must wait, right or wrong, as
 * programs ask for another password after a 401. Throws what is no refusal about that.
 */
export function refuseSignIn(error: unknown): HttpReply {
  if (!(error instanceof Refusal)) throw error
  if (error.reason === 'bad-credentials') return askForCredentials
  const seconds = /(\d+) seconds?/.exec(error.message)?.[1] ?? '30'
  if (
    error.reason !== 'too-many-failures' &&
    error.reason !== 'key-unavailable' &&
    error.reason !== 'try-later'
  )
    throw error
  return {
    status: 503,
    headers: { 'retry-after': seconds },
    body:
      error.reason === 'too-many-failures'
        ? `Too many wrong passwords or tokens for this account, or from this address. Try again in ${seconds} s.\n`
        : `Signing in is not possible at the moment. Try again in ${seconds} s.\n`,
  }
}
