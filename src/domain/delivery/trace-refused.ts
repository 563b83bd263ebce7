import type { OrganizationId } from '#src/base/ids.ts'
import { domainOf } from '../directory/address.ts'
import { behindMailFrom } from '../directory/mail-from.ts'
import { Refusal } from '../refusal.ts'
import { RecipientFull } from './accept-recipient.ts'
import type { IntakeConnection, IntakeSender, IntakeTransaction, RefusedWith } from './intake.ts'
import { MailRefusal } from './intake.ts'
import type { IntakeDeps } from './intake-deps.ts'
import type { TransitId } from './queue.ts'
import type { TraceEvent } from './trace.ts'

/** Refusals traced within a minute: of one client, and of all. A flood of them must not fill the disk. */
export const MOST_OF_CLIENT = 30
const MOST_OF_ALL = 600
const WINDOW_MS = 60_000
const LONGEST_REASON = 500
/** Organisations that are told of one domain. */
const MOST_CLAIMS = 5

type Refused = {
  id: TransitId
  connection: IntakeConnection
  sender: IntakeSender
  recipients: readonly string[]
}

/** Writes refusals of mail for us, or of our users, into the trace (EMAIL_REFUSED, and INCOMING_EMAIL_BOUNCED for full mailboxes). */
export class RefusalTrace {
  readonly #deps: Pick<IntakeDeps, 'store' | 'now' | 'trouble'>
  /** Of the running minute; no more clients than `MOST_OF_ALL`. */
  readonly #ofClient = new Map<string, number>()
  #ofAll = 0
  #windowFrom = 0
  /** Refusals that were left out since the last event. */
  #leftOut = 0

  constructor(deps: Pick<IntakeDeps, 'store' | 'now' | 'trouble'>) {
    this.#deps = deps
  }

  /** The transaction, with what it refuses traced. */
  watching(
    transaction: IntakeTransaction,
    about: { id: TransitId; connection: IntakeConnection; sender: IntakeSender },
  ): IntakeTransaction {
    const recipients: string[] = []
    const told = async (error: unknown): Promise<never> => {
      await this.refused({ ...about, recipients }, error)
      throw error
    }
    return {
      recipient: async (given) => {
        try {
          await transaction.recipient(given)
        } catch (error) {
          await this.refused({ ...about, recipients: [given.address] }, error)
          throw error
        }
        recipients.push(given.address)
      },
      write: (octets) => transaction.write(octets).catch(told),
      finish: () => transaction.finish().catch(told),
      abort: async (because) => {
        await transaction.abort()
        if (because !== undefined) await this.#note({ ...about, recipients }, because)
      },
    }
  }

  /** Never rejects: the refusal itself must be heard in any case. */
  async refused(about: Refused, error: unknown): Promise<void> {
    if (!(error instanceof Refusal)) return
    // The sender brings the rest at once in another transaction.
    if (error instanceof MailRefusal && error.status === '4.5.3') return
    await this.#note(about, {
      reason: error.message,
      status: error instanceof MailRefusal ? error.status : statusOf(error),
      full: error instanceof RecipientFull,
    })
  }

  /** Refused at the door, before there was anything to ask here. */
  turnedAway(about: Refused, because: RefusedWith): Promise<void> {
    return this.#note(about, because)
  }

  async #note(about: Refused, because: RefusedWith & { full?: boolean }): Promise<void> {
    try {
      const organization = await this.#organizationOf(about)
      const claims = organization === undefined ? await this.#claimsOf(about) : []
      if (organization === undefined && claims.length === 0) return
      if (!this.#hasRoom(about.connection.clientAddress)) return
      const events =
        organization === undefined
          ? claims.map((claim) => unprovenEvent(claim, about, this.#deps.now()))
          : [refusedEvent(organization, about, because, this.#deps.now(), this.#leftOut)]
      this.#leftOut = 0
      for (const event of events)
        await this.#deps.store.transact({ organization: event.organization }, ({ delivery }) =>
          delivery.writeTrace([event]),
        )
    } catch (failure) {
      // A full disk refuses mail and its trace alike; it is told of once, where the mail is refused.
      if (!(failure instanceof Refusal)) this.#deps.trouble('A refusal could not be traced', failure)
    }
  }

  async #organizationOf({ connection, recipients }: Refused): Promise<OrganizationId | undefined> {
    if (connection.user !== undefined) return connection.user.organization
    const [address] = recipients
    if (address === undefined || !address.includes('@')) return undefined
    const { directory } = this.#deps.store
    const meant = await behindMailFrom(directory, address)
    const owner = await directory.findDomainOwner(domainOf(meant))
    return owner?.verified ? owner.organization : undefined
  }

  /** Organisations that wait for mail of a domain which they have not proven to be theirs. */
  async #claimsOf({ connection, recipients: [address] }: Refused): Promise<readonly OrganizationId[]> {
    if (connection.user !== undefined || !address?.includes('@')) return []
    return this.#deps.store.directory.findDomainClaims(domainOf(address), MOST_CLAIMS)
  }

  #hasRoom(client: string): boolean {
    const now = this.#deps.now()
    if (now - this.#windowFrom >= WINDOW_MS || now < this.#windowFrom) {
      this.#windowFrom = now
      this.#ofAll = 0
      this.#ofClient.clear()
    }
    const fromClient = this.#ofClient.get(client) ?? 0
    if (this.#ofAll >= MOST_OF_ALL || fromClient >= MOST_OF_CLIENT) {
      this.#leftOut++
      return false
    }
    this.#ofAll++
    this.#ofClient.set(client, fromClient + 1)
    return true
  }
}

function refusedEvent(
  organization: OrganizationId,
  { id, connection, sender, recipients }: Refused,
  { reason: sentence, status, full }: RefusedWith & { full?: boolean },
  at: number,
  leftOut: number,
): TraceEvent {
  const reason = sentence.slice(0, LONGEST_REASON)
  const [emailAddress] = recipients
  return {
    organization,
    traceId: id,
    at,
    name: full ? 'INCOMING_EMAIL_BOUNCED' : 'EMAIL_REFUSED',
    fields: full
      ? { bouncedRecipient: { emailAddress, reason, status } }
      : {
          recipients,
          envelopeSender: sender.address,
          reason,
          status,
          clientAddress: connection.clientAddress,
          ...(leftOut > 0 && { refusalsLeftOut: leftOut }),
        },
    senders: sender.address === '' ? [] : [sender.address],
    recipients,
  }
}

/** Anybody may say that a domain is theirs: who wrote to whom there is not told. */
function unprovenEvent(
  organization: OrganizationId,
  { id, recipients: [address] }: Refused,
  at: number,
): TraceEvent {
  const domain = domainOf(address!)
  const reason = `Mail for ${domain} is refused, as nobody has proven to own it. Publish its records, then run "landbridge domain check ${domain}".`
  return {
    organization,
    traceId: id,
    at,
    name: 'EMAIL_REFUSED',
    fields: { domain, reason, status: '5.7.1' },
    senders: [],
    recipients: [],
  }
}

/** RFC 3463 for reasons without a status of their own: their class is what counts here. */
function statusOf({ reason }: Refusal): string {
  if (reason === 'try-later' || reason === 'key-unavailable' || reason === 'damaged') return '4.3.0'
  return reason === 'no-such-entry' || reason === 'no-such-mailbox' ? '5.1.1' : '5.0.0'
}
