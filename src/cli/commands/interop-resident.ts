import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { notThere } from '../not-there.ts'
import type { Session } from '../session.ts'

/** Somebody whose mailbox is here, and by which address of the routing domain Exchange reaches it. */
type Resident = { address: string; routingAddress: string | null }

/** Users that are looked through for one with a mailbox here. */
const MOST_LOOKED_AT = 1_000

/** The one that is wanted, or the first user of the shared domain whose mailbox is here; null when there is none. */
export async function findResident(
  session: Session,
  sharedDomain: string,
  routingDomain: string | undefined,
  wanted: string | undefined,
): Promise<Resident | null> {
  const found = wanted === undefined ? await firstUser(session, sharedDomain) : await called(session, wanted)
  if (found === undefined) return null
  const inRouting = (address: string) =>
    routingDomain !== undefined && address.toLowerCase().endsWith(`@${routingDomain.toLowerCase()}`)
  const input = { EntityId: String(found.Id) }
  for await (const page of session.pagesHere('ListAliases', 'Aliases', input)) {
    const routingAddress = page.map(String).find(inRouting)
    if (routingAddress !== undefined) return { address: String(found.Email), routingAddress }
  }
  return { address: String(found.Email), routingAddress: null }
}

async function firstUser(session: Session, domain: string): Promise<JsonObject | undefined> {
  let looked = 0
  for await (const page of session.pagesHere('ListUsers', 'Users', { Filters: { State: 'ENABLED' } })) {
    const found = page.find(
      ({ UserRole, Email }) => UserRole === 'USER' && String(Email).toLowerCase().endsWith(`@${domain}`),
    )
    looked += page.length
    if (found !== undefined || looked >= MOST_LOOKED_AT) return found
  }
  return undefined
}

async function called(session: Session, address: string): Promise<JsonObject> {
  const filters = { State: 'ENABLED', PrimaryEmailPrefix: address }
  for await (const page of session.pagesHere('ListUsers', 'Users', { Filters: filters })) {
    const found = page.find(({ Email }) => String(Email).toLowerCase() === address.toLowerCase())
    if (found?.UserRole === 'REMOTE_USER')
      throw notThere(`The mailbox of "${address}" is not here.`, 'EntityStateException')
    if (found !== undefined) return found
  }
  throw notThere(`Nobody here has the primary address "${address}".`, 'EntityNotFoundException')
}
