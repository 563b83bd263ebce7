import { randomBytes } from 'node:crypto'
import type { EntryId, MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { NotificationEventTypeType } from '#src/wire/ews/schema-types.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** What somebody wants to hear of. */
export type Subscription = {
  id: string
  /** Whose it is: nobody else may ask for its events. */
  organization: OrganizationId
  user: EntryId
  at: MailboxRef
  /** Undefined: all folders of the mailbox. */
  folders: ReadonlySet<Folder['no']> | undefined
  events: ReadonlySet<NotificationEventTypeType>
  kind: 'pull' | 'streaming' | 'push'
  /** Up to which modseq a stream or a push has told. */
  told: number
  /** How long it lives when nobody asks for its events. */
  lifetimeMs: number
  usedAt: number
  /** Streams that tell of it now: while there is one it does not age. */
  streams: number
  /** Aborts when it is no more. */
  ended: AbortController
}

const MOST_PER_USER = 1_000
const MOST = 200_000
/** CLT-14. */
const MOST_PUSHES_PER_MAILBOX = 3
const MOST_PUSHES = 10_000

/** Subscriptions of all users. They live in this process: after a restart clients hear that theirs are gone, and make new ones. */
export class Subscriptions {
  readonly #now: () => number
  readonly #all = new Map<string, Subscription>()
  readonly #perUser = new Map<string, number>()
  readonly #pushes = new Map<MailboxId, number>()
  #pushing = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Refuses ErrorExceededSubscriptionCount. */
  add(subscription: Omit<Subscription, 'id' | 'usedAt' | 'streams' | 'ended'>): Subscription {
    this.forgetOld()
    const owner = ownerOf(subscription)
    const count = this.#perUser.get(owner) ?? 0
    if (count >= MOST_PER_USER || this.#all.size >= MOST) throw tooMany()
    const { mailbox } = subscription.at
    const pushes = this.#pushes.get(mailbox) ?? 0
    const isPush = subscription.kind === 'push'
    if (isPush && (pushes >= MOST_PUSHES_PER_MAILBOX || this.#pushing >= MOST_PUSHES)) throw tooMany()
    const id = randomBytes(24).toString('base64url')
    const ended = new AbortController()
    // What is sent needs nobody who asks.
    const added = { ...subscription, id, usedAt: this.#now(), streams: isPush ? 1 : 0, ended }
    if (isPush) {
      this.#pushes.set(mailbox, pushes + 1)
      this.#pushing++
    }
    this.#all.set(id, added)
    this.#perUser.set(owner, count + 1)
    return added
  }

  /** That of the user. Refuses ErrorSubscriptionNotFound. */
  get(id: string, by: Pick<Subscription, 'organization' | 'user'>): Subscription {
    const found = this.find(id, by)
    if (found === undefined) throw notFound()
    return found
  }

  find(
    id: string,
    { organization, user }: Pick<Subscription, 'organization' | 'user'>,
  ): Subscription | undefined {
    const found = this.#all.get(id)
    if (found === undefined || found.organization !== organization || found.user !== user) return undefined
    if (this.#isOld(found)) {
      this.#remove(found)
      return undefined
    }
    found.usedAt = this.#now()
    return found
  }

  remove(subscription: Subscription): void {
    this.#remove(subscription)
  }

  forgetOld(): void {
    for (const each of this.#all.values()) if (this.#isOld(each)) this.#remove(each)
  }

  #isOld({ usedAt, lifetimeMs, streams }: Subscription): boolean {
    return streams === 0 && this.#now() - usedAt > lifetimeMs
  }

  #remove(subscription: Subscription): void {
    if (!this.#all.delete(subscription.id)) return
    subscription.ended.abort()
    oneLess(this.#perUser, ownerOf(subscription))
    if (subscription.kind !== 'push') return
    oneLess(this.#pushes, subscription.at.mailbox)
    this.#pushing--
  }
}

function oneLess<K>(counts: Map<K, number>, of: K): void {
  const left = (counts.get(of) ?? 1) - 1
  if (left <= 0) counts.delete(of)
  else counts.set(of, left)
}

const tooMany = () =>
  new EwsRefusal(
    'ErrorExceededSubscriptionCount',
    'limit-exceeded',
    'There are too many subscriptions. End some.',
  )

const ownerOf = ({ organization, user }: Pick<Subscription, 'organization' | 'user'>): string =>
  `${organization} ${user}`

const notFound = () =>
  new EwsRefusal(
    'ErrorSubscriptionNotFound',
    'no-such-item',
    'There is no such subscription (any more). Make a new one.',
  )
