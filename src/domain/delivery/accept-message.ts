import { setImmediate } from 'node:timers/promises'
import type { OrganizationId } from '#src/base/ids.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { domainOf } from '../directory/address.ts'
import type { Entry, SenderRestrictions, User } from '../directory/entry.ts'
import { behindMailFrom } from '../directory/mail-from.ts'
import { indexedMessage } from '../mailbox/message-parts.ts'
import { settleQuotaNotice } from '../mailbox/quota-notice.ts'
import type { Organization } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { Origin } from '../routing/decide-route.ts'
import { findRecipient, type RoutedOrganization } from '../routing/find-route.ts'
import { acceptRecipient, requireFitsExchange } from './accept-recipient.ts'
import { completeMessage } from './complete-message.ts'
import { MESSAGE_LIMITS, MessageReceipt } from './incoming-message.ts'
import {
  type IntakeConnection,
  type IntakeRecipient,
  type IntakeSender,
  type IntakeTransaction,
  type MailIntake,
  MailRefusal,
} from './intake.ts'
import { type IntakeDeps, routingOf, senderRightsOf } from './intake-deps.ts'
import type { TransitId } from './queue.ts'
import type { AcceptedRecipient, LocalTarget } from './recipients.ts'
import { refusalNotice, ToldLately } from './refusal-notice.ts'
import { rememberingOwners } from './remembered-owners.ts'
import { Rounds } from './rounds.ts'
import { type Restriction, requireAllowedSize, restrictionOf, unrestricted } from './sender-restrictions.ts'
import { requireSendingRight, SenderRefused } from './sender-rights.ts'
import { requireStillSignedIn, SignedOut } from './signed-in.ts'
import type { Spooled } from './spool.ts'
import { newTransitId } from './store-message.ts'
import type { TakenMessage } from './taken-message.ts'
import { RefusalTrace } from './trace-refused.ts'

/** Takes messages in, and does what can be done after their senders were answered. */
export type RunningIntake = MailIntake & {
  /** A message of our own queue for mailboxes here: known already, under this name; see `localTransport`. */
  again(sender: IntakeSender, message: { id: TransitId; organization: OrganizationId }): IntakeTransaction
  /** A message that the service sends for one of its users or resources, as if it had signed in. */
  automatic(
    owner: { organization: OrganizationId; entry: Entry },
    sender: IntakeSender,
  ): Promise<IntakeTransaction>
  /** Resolves when nothing of that is under way. */
  idle(): Promise<void>
}

/**
 * The way of a message into the service (architecture decision 6). A message from outside is for one organisation at a time:
 * recipients of another one are put off (452 4.5.3), and senders bring them in a transaction of their own.
 */
export function mailIntake(deps: IntakeDeps): RunningIntake {
  const told = new ToldLately()
  const refusals = new RefusalTrace(deps)
  const afterwards = new Set<Promise<void>>()
  const later = (work: () => Promise<void>) => {
    // The sender is answered first.
    const running = setImmediate()
      .then(work)
      .catch((error) => deps.trouble('Something after the delivery of a message failed', error))
      .finally(() => afterwards.delete(running))
    afterwards.add(running)
  }
  const parts = { deps, told, later, rounds: new Rounds() }
  return {
    begin: async (connection, sender) => {
      const transaction = new Transaction(parts, connection, sender)
      const about = { id: transaction.id, connection, sender }
      try {
        await transaction.begin()
      } catch (error) {
        await refusals.refused({ ...about, recipients: [] }, error)
        throw error
      }
      return refusals.watching(transaction, about)
    },
    turnedAway: (connection, sender, recipients, because) =>
      refusals.turnedAway({ id: newTransitId(), connection, sender, recipients }, because),
    again: (sender, message) => {
      const { hostName } = deps
      const connection = { role: 'mx', clientAddress: 'local', helo: hostName, extended: true } as const
      return new Transaction(parts, connection, sender, message)
    },
    automatic: async ({ organization, entry }, sender) => {
      // Of a resource nothing is used that a user has and it has not.
      const user = { organization, user: entry as User, mailbox: entry.mailbox, by: 'service' } as const
      const { hostName: helo } = deps
      const connection = { role: 'submission', clientAddress: 'local', helo, extended: true, user } as const
      const transaction = new Transaction(parts, connection, sender)
      await transaction.begin()
      return transaction
    },
    idle: async () => {
      while (afterwards.size > 0) await Promise.all(afterwards)
    },
  }
}

type Parts = {
  deps: IntakeDeps
  told: ToldLately
  later: (work: () => Promise<void>) => void
  rounds: Rounds
}
type Entered = { organization: Organization; routed: RoutedOrganization }
type Known = { id: TransitId; organization: OrganizationId }

class Transaction implements IntakeTransaction {
  readonly #parts: Parts
  readonly #deps: IntakeDeps
  readonly #connection: IntakeConnection
  readonly #sender: IntakeSender
  readonly #known: Known | undefined
  readonly id: TransitId
  readonly #fromExchange: boolean
  readonly #octets: Spooled
  readonly #receipt: MessageReceipt
  readonly #accepted: AcceptedRecipient[] = []
  /** Recipients who take messages of a certain size only. */
  readonly #sized = new Map<SenderRestrictions, Entry>()
  #organization: Entered | undefined
  #ended = false

  constructor(parts: Parts, connection: IntakeConnection, sender: IntakeSender, known?: Known) {
    this.#parts = parts
    this.#deps = rememberingOwners(parts.deps)
    this.#connection = connection
    this.#sender = sender
    this.#known = known
    this.id = known?.id ?? newTransitId()
    this.#fromExchange =
      known === undefined && connection.user === undefined && parts.deps.isExchange(connection)
    this.#octets = parts.deps.spool.create()
    this.#receipt = new MessageReceipt(this.#octets)
  }

  /** Of our users' mail the sender is known, so that may be refused at once. */
  async begin(): Promise<void> {
    const { user, role } = this.#connection
    if (user === undefined) {
      if (role !== 'mx') throw new MailRefusal('not-allowed', '5.7.0', 'Authentication required.')
      return
    }
    const { store, now } = this.#deps
    if (user.by !== 'service')
      await requireStillSignedIn(store.directory, user, this.#connection.loggedInAt, now())
    const { organization } = await this.#enter(user.organization)
    if (user.by === 'token' && organization.settings.personalAccessTokens !== 'ACTIVE')
      throw new SignedOut('Your organisation does not let anybody sign in with access tokens any more.')
    if (this.#sender.address === '') return
    try {
      await requireSendingRight(
        senderRightsOf(this.#deps),
        user.organization,
        user.user,
        this.#sender.address,
      )
    } catch (error) {
      await this.#tellRefused(error)
      throw error
    }
  }

  async recipient(given: IntakeRecipient): Promise<void> {
    const most = this.#connection.user?.user.source?.mostRecipients ?? null
    if (most !== null && this.#accepted.length >= most)
      throw new MailRefusal('limit-exceeded', '5.5.3', 'RESOLVER.ADR.RecipLimit; too many recipients')
    if (this.#accepted.length >= MESSAGE_LIMITS.recipients) {
      throw new MailRefusal(
        'limit-exceeded',
        '4.5.3',
        `No more than ${MESSAGE_LIMITS.recipients} recipients at a time.`,
      )
    }
    const meant = { ...given, address: await behindMailFrom(this.#deps.store.directory, given.address) }
    const { routed } = this.#organization ?? (await this.#organizationFor(meant))
    const recipient = await this.#complete(meant)
    await this.#requireSameOrganization(recipient.address)
    try {
      const restriction = this.#restrictionIn(routed.id, this.#sender.sizeBytes)
      const accepted = await acceptRecipient(
        this.#deps,
        routed,
        this.#origin,
        this.#sender,
        recipient,
        restriction,
      )
      await this.#requireAllowed(routed, recipient.address, restriction)
      this.#accepted.push(accepted)
    } catch (error) {
      // The message is for nobody of that organisation then, and may be for another one.
      if (this.#accepted.length === 0 && this.#connection.user === undefined) this.#organization = undefined
      throw error
    }
  }

  write(octets: Uint8Array): Promise<void> {
    return this.#receipt.write(octets)
  }

  async finish(): Promise<{ queueId: string }> {
    try {
      if (this.#organization === undefined || this.#accepted.length === 0)
        throw new MailRefusal('invalid-parameter', '5.5.1', 'The message has no recipients.')
      const { organization, routed } = this.#organization
      const message = await this.#receipt.finish()
      for (const [restrictions, entry] of this.#sized)
        requireAllowedSize(restrictions, message.sizeBytes, entry)
      for (const each of this.#accepted) requireFitsExchange(this.#deps, each, message.sizeBytes)
      const taken: TakenMessage = {
        id: this.id,
        connection: this.#connection,
        sender: this.#sender,
        organization,
        routed,
        accepted: this.#accepted,
        message,
        fromExchange: this.#fromExchange,
        inside: this.#inside(organization.id),
        restriction: this.#restrictionIn(organization.id, message.sizeBytes),
      }
      const delivered = await this.#run(taken)
      this.#parts.later(() => this.#giveNotices(organization.id, delivered))
      return { queueId: this.id }
    } finally {
      await this.abort()
    }
  }

  async abort(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#octets.release()
  }

  /** What the directory says of who may send to whom. Exchange has asked its own; what this organisation queued was let in before. */
  #restrictionIn(organization: OrganizationId, sizeBytes: number | undefined): Restriction {
    if (this.#fromExchange || this.#known?.organization === organization) return unrestricted
    const sender = {
      address: this.#sender.address,
      signedIn: this.#connection.user?.user.id,
      ...(sizeBytes !== undefined && { sizeBytes }),
    }
    return restrictionOf(this.#deps.store.directory, organization, sender)
  }

  async #requireAllowed(
    { id }: RoutedOrganization,
    address: string,
    restriction: Restriction,
  ): Promise<void> {
    if (restriction === unrestricted) return
    const entry = await findRecipient(routingOf(this.#deps), id, address)
    if (entry?.source?.restrictions === undefined) return
    const refusal = await restriction(entry)
    if (refusal) throw refusal
    if (entry.source.restrictions.maxSizeBytes !== null) this.#sized.set(entry.source.restrictions, entry)
  }

  get #origin(): Origin {
    if (this.#connection.user !== undefined) return 'submission'
    return this.#fromExchange ? 'exchange' : 'internet'
  }

  #inside(organization: OrganizationId): TakenMessage['inside'] {
    if (this.#known === undefined) return 'no'
    return this.#known.organization === organization ? 'again' : 'new'
  }

  async #run(taken: TakenMessage): Promise<readonly LocalTarget[]> {
    try {
      return await completeMessage(this.#deps, taken, this.#parts)
    } catch (error) {
      await this.#tellRefused(error, taken.message.envelope.subject)
      throw error
    }
  }

  async #enter(id: OrganizationId): Promise<Entered> {
    const organization = await this.#deps.store.organizations.get(id)
    const routed = { id, shared: this.#deps.sharedDomain(organization) }
    this.#organization = { organization, routed }
    return this.#organization
  }

  /** At the MX the first recipient says whose the message is. */
  async #organizationFor({ address }: IntakeRecipient): Promise<Entered> {
    const { store } = this.#deps
    const owner = address.includes('@') ? await store.directory.findDomainOwner(domainOf(address)) : undefined
    if (owner?.verified) return this.#enter(owner.organization)
    if (/^postmaster$/i.test(address)) {
      const [first] = (await store.organizations.list(null, 1)).rows
      if (first) return this.#enter(first.id)
    }
    throw new MailRefusal('not-allowed', '5.7.1', `Relaying to ${address} is denied.`)
  }

  /** RFC 5321 §4.5.1 knows one address without a domain. */
  async #complete(given: IntakeRecipient): Promise<IntakeRecipient> {
    if (given.address.includes('@')) return given
    const { defaultDomain } = await this.#deps.store.directory.settings(this.#organization!.organization.id)
    return { ...given, address: `${given.address}@${defaultDomain ?? this.#deps.hostName}` }
  }

  async #requireSameOrganization(address: string): Promise<void> {
    if (this.#connection.user !== undefined || this.#accepted.length === 0) return
    const owner = await this.#deps.store.directory.findDomainOwner(domainOf(address))
    if (owner?.verified && owner.organization !== this.#organization!.organization.id) {
      throw new MailRefusal(
        'limit-exceeded',
        '4.5.3',
        `Send the message to ${address} in a transaction of its own.`,
      )
    }
  }

  /** DIR-21: who may not send with an address finds out in the own inbox, whatever the mail program makes of our refusal. */
  async #tellRefused(error: unknown, subject?: string): Promise<void> {
    const user = this.#connection.user?.user
    if (!(error instanceof SenderRefused) || user === undefined || user.mailbox === null) return
    const { hostName, now, store } = this.#deps
    if (!this.#parts.told.first(user, error.address, now())) return
    const about = { hostName, now: now(), ...(subject !== undefined && { subject }) }
    const at = { organization: this.#connection.user!.organization, mailbox: user.mailbox }
    try {
      const octets = refusalNotice(user, error, about)
      const { staged, item } = await indexedMessage(store, at, octets.length, octets)
      await store.transact(
        { organization: at.organization, mailboxes: [at.mailbox] },
        async ({ mailboxes }) => {
          const inbox = await mailboxes.findFolder(at, { distinguished: 'inbox' })
          if (!inbox) throw new Refusal('no-such-folder', 'The mailbox has no inbox for a notice.')
          const notice = { ...item, folder: inbox.no, receivedAt: about.now, body: staged }
          await mailboxes.appendItem(at, { ...notice, ignoreQuota: true })
        },
      )
    } catch (failure) {
      // The refusal itself must be heard in any case.
      this.#deps.trouble('The notice about a refused sender address could not be delivered', failure)
    }
  }

  async #giveNotices(organization: OrganizationId, targets: readonly LocalTarget[]): Promise<void> {
    for (const { mailbox, address } of targets) {
      const owner = address === '' ? undefined : parseAddrSpec(address)
      await settleQuotaNotice(this.#deps.store, { organization, mailbox }, owner && { owner })
    }
  }
}
