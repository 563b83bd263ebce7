import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { TlsFacts } from '#src/domain/delivery/intake.ts'
import { requireStillSignedIn, SignedOut } from '#src/domain/delivery/signed-in.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Authenticated, Authenticator } from '#src/domain/directory/login/authenticator.ts'
import { Pace } from '#src/domain/mailbox/pace.ts'
import type { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { SearchDeps } from '#src/domain/mailbox/search/search.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { formatStatusLine, formatUntagged, type StatusLine } from '#src/wire/imap/status-line.ts'
import type { StartTls } from '../tcp-listener.ts'
import type { ClientStream } from './client-stream.ts'
import type { FolderMemory } from './folder-memory.ts'
import { KnownKeywords } from './known-keywords.ts'
import type { ImapLimits } from './limits.ts'
import type { Notifications } from './notify/notifications.ts'
import { notAllowed, ReachableMailboxes } from './reachable-mailboxes.ts'
import type { SelectedFolder } from './selected-folder.ts'
import type { UserConnections } from './user-connections.ts'

export type ImapSessionOptions = {
  store: Store
  authenticator: Authenticator
  hostName: string
  /** For ID (RFC 2971). */
  version: string
  /** Text form of the client's IP address; `local` when there is none. */
  clientAddress: string
  /** What is known of a connection that began with TLS. */
  tls?: TlsFacts
  /** Without it STARTTLS is not offered. */
  startTls?: StartTls
  limits?: Partial<ImapLimits>
  /** Shared by all listeners. */
  users: UserConnections
  /** Shared by all listeners. */
  folders: FolderMemory
  /** What searches remember, one for the process. */
  digests?: Digests
  now: () => number
  log: Log
  warnings: BoundedWarnings
}

/** How often it is looked whether the user may still be here. */
const SEEN_MS = 30_000

/** Who has signed in, and what is theirs. */
type SignedIn = { login: Authenticated; at: MailboxRef; since: number; release: () => void }

/** Extensions that change what the server says, once the client has asked for them (RFC 5161). */
export type Enabled = 'IMAP4REV2' | 'UTF8=ACCEPT' | 'CONDSTORE' | 'QRESYNC'

/** What lies open between us and one client. Commands read and set it; how commands come is the connection's. */
export class ImapSession {
  readonly options: ImapSessionOptions
  readonly limits: ImapLimits
  readonly client: ClientStream
  tls: TlsFacts | undefined
  selected: SelectedFolder | undefined
  /** Keywords that FLAGS has told of the selected folder. */
  knownKeywords = new KnownKeywords()
  failedLogins = 0
  /** The service stops: what waits ends. */
  isStopping = false
  /** IDLE is under way. */
  isIdle = false
  /** What the client wants to hear of, once it has said so (RFC 5465). */
  notifications: Notifications | undefined
  /** COMPRESS is on. */
  isCompressed = false
  readonly enabled = new Set<Enabled>()
  #user: SignedIn | undefined
  #mailboxes: ReachableMailboxes | undefined
  #last: StatusLine | undefined
  #ended = false
  #seenAt = 0
  readonly #pace = new Pace()

  constructor(client: ClientStream, limits: ImapLimits, options: ImapSessionOptions) {
    this.client = client
    this.limits = limits
    this.options = options
    this.tls = options.tls
  }

  get store(): Store {
    return this.options.store
  }

  get searchDeps(): SearchDeps {
    const { store, digests } = this.options
    return { mailboxes: store.mailboxes, ...(digests && { digests }) }
  }

  get state(): 'not-authenticated' | 'authenticated' | 'selected' {
    if (this.#user === undefined) return 'not-authenticated'
    return this.selected === undefined ? 'authenticated' : 'selected'
  }

  /** Who is signed in; only for commands that need it. */
  get user(): SignedIn {
    if (this.#user === undefined) throw new Error('Nobody is signed in')
    return this.#user
  }

  /** The mailboxes that the user can reach, by their names. */
  get mailboxes(): ReachableMailboxes {
    if (this.#mailboxes === undefined) throw new Error('Nobody is signed in')
    return this.#mailboxes
  }

  /** The selected folder; only for commands of that state. */
  get folder(): SelectedFolder {
    if (this.selected === undefined) throw new Error('No folder is selected')
    return this.selected
  }

  get offersTls(): boolean {
    return this.options.startTls !== undefined && this.tls === undefined
  }

  get isRev2(): boolean {
    return this.enabled.has('IMAP4REV2')
  }

  /** The client takes UTF-8 in names and quoted strings. */
  get utf8(): boolean {
    return this.isRev2 || this.enabled.has('UTF8=ACCEPT')
  }

  get condstore(): boolean {
    return this.enabled.has('CONDSTORE') || this.enabled.has('QRESYNC')
  }

  get qresync(): boolean {
    return this.enabled.has('QRESYNC')
  }

  /** CONDSTORE was just enabled by a command on the selected folder: how far the client knows it is still to be told. */
  owesModseq = false

  /** Takes effect with the next answer. */
  enable(extension: Enabled): void {
    const begins = (extension === 'CONDSTORE' || extension === 'QRESYNC') && !this.condstore
    if (begins && this.selected !== undefined) this.owesModseq = true
    this.enabled.add(extension)
    this.#tellReader()
  }

  #tellReader(): void {
    this.client.reader.utf8 = this.utf8
    this.client.reader.rev2 = this.isRev2
  }

  /** Refuses `limit-exceeded` when the user has too many connections, and `no-such-mailbox` without a mailbox. */
  signIn(login: Authenticated, since: number): void {
    const { organization, mailbox, user } = login
    if (mailbox === null)
      throw new Refusal('no-such-mailbox', 'This account has no mailbox. Ask your administrator for one.')
    const release = this.options.users.take(user.id, this.limits.connectionsPerUser)
    this.#user = { login, at: { organization, mailbox }, since, release }
    this.#mailboxes = new ReachableMailboxes(this.store, login)
    this.#seenAt = since
    this.client.trust()
  }

  /** As after the greeting: what UNAUTHENTICATE (RFC 8437) and the end of the connection need. */
  signOut(): void {
    this.setNotifications(undefined)
    this.deselect()
    this.#user?.release()
    this.#user = undefined
    this.#mailboxes = undefined
    this.enabled.clear()
    this.#tellReader()
    this.client.distrust()
  }

  select(folder: SelectedFolder): void {
    this.deselect()
    this.selected = folder
    folder.onChange = () => {
      if (this.isIdle || this.notifications?.hearsSelected) this.client.wake()
    }
  }

  setNotifications(notifications: Notifications | undefined): void {
    this.notifications?.close()
    this.notifications = notifications
  }

  deselect(): void {
    this.selected?.close()
    this.selected = undefined
    this.knownKeywords = new KnownKeywords()
  }

  /**
   * Whether the user may still be here, and read what is selected; looked up every half minute. Refuses `SignedOut`, and
   * `not-allowed` when the right to the selected folder was taken away: then the session ends.
   */
  async requireStillAllowed(): Promise<void> {
    const now = this.options.now()
    if (this.#user === undefined || now - this.#seenAt < SEEN_MS) return
    try {
      await requireStillSignedIn(this.store.directory, this.#user.login, this.#user.since, this.options.now())
    } catch (error) {
      if (error instanceof SignedOut) this.end({ status: 'BYE', text: error.message })
      throw error
    }
    if (this.selected !== undefined) {
      const rights = await this.mailboxes.rightsOn(this.selected.at, this.selected.no)
      if ((rights & FolderRight.readAny) === 0) {
        this.deselect()
        this.end({ status: 'BYE', text: 'You may not read the selected mailbox any more; goodbye' })
        throw notAllowed()
      }
      this.selected.rights = rights
    }
    this.#seenAt = now
  }

  /** UIDs of the selected folder that a set means, ascending: of UIDs, or of sequence numbers. SyntaxFault for numbers beyond the last. */
  resolve(set: SequenceSet, uid: boolean): Uint32Array {
    const { view, saved } = this.folder
    if (set.isSaved) return Uint32Array.from(saved.pick([...view.uids]))
    const uids = uid ? view.pickUids(set) : view.pickSequences(set)
    if (uids === undefined) throw new SyntaxFault('There is no message of that number')
    return uids
  }

  /** `* …` with CRLF; wire text. */
  untagged(wire: string): void {
    this.client.connection.write(formatUntagged(wire))
  }

  /** `* OK [CODE] text`. */
  status(line: StatusLine): void {
    this.client.connection.write(formatStatusLine('*', line, this.utf8))
  }

  /** Wire text or octets as they are. */
  write(piece: string | Uint8Array): void {
    this.client.connection.write(piece)
  }

  /**
   * Waits for the client when it has much to take, and lets others have their turn; to be called between answers that may
   * be many. Undefined when there is nothing to wait for.
   */
  flow(): Promise<void> | undefined {
    return this.client.connection.holdsMuch || this.#pace.isDue ? this.#flow() : undefined
  }

  async #flow(): Promise<void> {
    await this.#pace.rest()
    if (this.client.connection.holdsMuch) await this.client.sendOn()
  }

  /** No command is read after the answer that is being made; `last` goes out behind it. */
  end(last?: StatusLine): void {
    this.#ended = true
    this.#last ??= last
  }

  get last(): StatusLine | undefined {
    return this.#last
  }

  get ended(): boolean {
    return this.#ended
  }
}
