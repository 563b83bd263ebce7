import { type AclEntry, formatAclSubject, formatSetAcl, type SetAcl } from '#src/wire/imap/acl.ts'
import type { AskedAttribute } from '#src/wire/imap/fetch.ts'
import { formatCreate, type Namespaces } from '#src/wire/imap/list.ts'
import { formatMailboxName } from '#src/wire/imap/mailbox-name.ts'
import type { MailboxStatus, StatusItem } from '#src/wire/imap/mailbox-status.ts'
import type { NumberSet } from '#src/wire/imap/number-set.ts'
import type { Quota } from '#src/wire/imap/quota.ts'
import type { SearchKey } from '#src/wire/imap/search-key.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import type { Qresync } from '#src/wire/imap/select.ts'
import type { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { formatId, type Identity } from '#src/wire/imap/server-data.ts'
import { formatAstring } from '#src/wire/imap/strings.ts'
import type { Untagged } from '#src/wire/imap/untagged.ts'
import { type Appended, appendMessages, type MessageToAppend } from './append.ts'
import type { Capabilities } from './capabilities.ts'
import type { CommandRequest, ImapConnection } from './connection.ts'
import type { ImapDeadlines } from './deadlines.ts'
import { ImapFailure } from './failure.ts'
import { type FetchOptions, fetchMessages } from './fetch.ts'
import type { FetchedMessage } from './fetched-message.ts'
import { askStatus, type FolderWishes, type ImapFolder, listFolders } from './folders.ts'
import { listenForNews } from './idle.ts'
import type { MailboxEvent } from './mailbox-event.ts'
import { type Copied, expungeMessages, type Found, searchMessages, storeFlags, transfer } from './messages.ts'
import { type SelectedMailbox, selectMailbox } from './select.ts'

type Uids = NumberSet | SequenceSet

type SessionParts = {
  connection: ImapConnection
  capabilities: Capabilities
  deadlines: ImapDeadlines
  secured: boolean
  listeners: Set<(event: MailboxEvent) => void>
}

/**
 * A session with a server, logged in. Methods reject with ImapFailure; after the kinds `closed`, `timeout`, `protocol` and `source`
 * the session may be of no use (`failure`), and a new one is the caller's to open. Commands may be given without waiting
 * for those before; they are sent together where that is safe. Messages are named by UID. Made by `openImapSession`.
 */
export class ImapSession {
  readonly capabilities: Capabilities
  readonly secured: boolean
  /** The mailbox that is selected. */
  selected: SelectedMailbox | undefined
  readonly #connection: ImapConnection
  readonly #deadlines: ImapDeadlines
  readonly #listeners: Set<(event: MailboxEvent) => void>

  constructor({ connection, capabilities, deadlines, secured, listeners }: SessionParts) {
    this.#connection = connection
    this.capabilities = capabilities
    this.#deadlines = deadlines
    this.secured = secured
    this.#listeners = listeners
    listeners.add((event) => this.#follow(event))
  }

  /** Why the session is of no use any more. */
  get failure(): ImapFailure | undefined {
    return this.#connection.failure
  }

  /** Whether a silent server is given up after `hurriedMs`. */
  setHurried(isHurried: boolean): void {
    this.#connection.hurry(isHurried ? this.#deadlines.hurriedMs : undefined)
  }

  /** Has every event from now on, in order, before whoever waits for an answer goes on. The result ends it. */
  listen(listener: (event: MailboxEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Enables what the server has of these (RFC 5161); resolves with what is on now. */
  async enable(
    ...wanted: readonly ('CONDSTORE' | 'QRESYNC' | 'UTF8=ACCEPT' | 'IMAP4REV2')[]
  ): Promise<Set<string>> {
    const asked = wanted.filter((each) => this.capabilities.has(each))
    const enabled = new Set<string>()
    if (asked.length === 0 || !this.capabilities.has('ENABLE')) return enabled
    await this.#run('ENABLE', asked.join(' '), (data) => {
      if (data.name !== 'ENABLED') return false
      for (const each of data.capabilities) enabled.add(each)
      // Counts from the next response on, which is the tagged one.
      if (enabled.has('UTF8=ACCEPT') || enabled.has('IMAP4REV2')) this.#connection.utf8 = true
      return true
    })
    return enabled
  }

  /** Says who we are and hears who the server is (RFC 2971); empty where it does not tell. */
  async identify(identity: Identity): Promise<Identity> {
    let theirs: Identity = new Map()
    if (!this.capabilities.has('ID')) return theirs
    await this.#run('ID', formatId(identity), (data) => {
      if (data.name !== 'ID') return false
      theirs = data.identity
      return true
    })
    return theirs
  }

  /** COMPRESS=DEFLATE (RFC 4978), from here on. */
  async compress(): Promise<void> {
    this.#need('COMPRESS=DEFLATE')
    const change = async (kept: Uint8Array) => this.#connection.transport.compress(kept)
    await this.#connection.run({ name: 'COMPRESS', args: 'DEFLATE', lane: 'alone', change })
  }

  /** RFC 2342. Where the server does not know it: one personal namespace without a prefix. */
  async namespaces(): Promise<Namespaces> {
    let found: Namespaces | undefined
    if (this.capabilities.has('NAMESPACE')) {
      await this.#run('NAMESPACE', undefined, (data) => {
        if (data.name !== 'NAMESPACE') return false
        found = data.namespaces
        return true
      })
    }
    if (found !== undefined) return found
    const [root] = await listFolders({ connection: this.#connection, has: () => false }, { patterns: [''] })
    return { personal: [{ prefix: '', delimiter: root?.delimiter ?? null }], others: [], shared: [] }
  }

  /** Folders in the server's order; special uses stand among their attributes. */
  folders(wishes: FolderWishes = {}): Promise<ImapFolder[]> {
    const has = (capability: string) => this.capabilities.has(capability)
    return listFolders({ connection: this.#connection, has }, wishes)
  }

  status(mailbox: string, items: readonly StatusItem[]): Promise<MailboxStatus> {
    return askStatus(this.#connection, mailbox, items)
  }

  async create(mailbox: string, use?: readonly string[]): Promise<void> {
    const wanted = this.capabilities.has('CREATE-SPECIAL-USE') && use !== undefined ? { use } : {}
    await this.#change('CREATE', formatCreate({ mailbox, ...wanted }, this.#connection.utf8))
  }

  delete(mailbox: string): Promise<void> {
    return this.#change('DELETE', this.#name(mailbox))
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change('RENAME', `${this.#name(from)} ${this.#name(to)}`)
  }

  subscribe(mailbox: string): Promise<void> {
    return this.#change('SUBSCRIBE', this.#name(mailbox))
  }

  unsubscribe(mailbox: string): Promise<void> {
    return this.#change('UNSUBSCRIBE', this.#name(mailbox))
  }

  /**
   * Selects a mailbox; `readOnly` examines it. With `qresync` (enable it first) what changed and what is gone since comes as
   * events before this resolves; look at `uidValidity` before believing them.
   */
  async select(
    mailbox: string,
    options: { readOnly?: boolean; condstore?: boolean; qresync?: Qresync } = {},
  ): Promise<SelectedMailbox> {
    const { readOnly = false, condstore = false, qresync } = options
    const select = { mailbox, ...(condstore && { condstore }), ...(qresync && { qresync }) }
    this.selected = undefined
    return selectMailbox(this.#connection, readOnly ? 'EXAMINE' : 'SELECT', select, (selected) => {
      this.selected = selected
    })
  }

  /** Leaves the mailbox; `expunge` removes first what is \Deleted. */
  async unselect(options: { expunge?: boolean } = {}): Promise<void> {
    if (options.expunge !== true) this.#need('UNSELECT')
    await this.#connection.run({ name: options.expunge ? 'CLOSE' : 'UNSELECT', lane: 'alone', changes: true })
    this.selected = undefined
  }

  /**
   * Messages as they arrive, bodies over 64 KiB as streams. The server is read no faster than the messages are used; meanwhile
   * other commands of this session wait as well. What is not read of a message is passed over; leaving the loop early
   * passes over the rest, so ask for no more than will be used. Messages that are gone are left out.
   */
  fetch(
    uids: Uids,
    attributes: readonly AskedAttribute[],
    options: FetchOptions = {},
  ): AsyncGenerator<FetchedMessage> {
    return fetchMessages(this.#connection, uids, attributes, options)
  }

  /** UIDs that match; all of them when `returns` says nothing else. */
  search(key: SearchKey, returns?: Partial<SearchReturn>): Promise<Found> {
    return searchMessages(this.#connection, key, returns, this.capabilities.has('ESEARCH'))
  }

  /** Changes flags; resolves with the UIDs left alone because they changed since `unchangedSince` (CONDSTORE). */
  store(
    uids: Uids,
    change: 'set' | 'add' | 'remove',
    flags: readonly string[],
    options: { unchangedSince?: number; silent?: boolean } = {},
  ): Promise<NumberSet> {
    const { silent = true, unchangedSince } = options
    const store = { change, flags, silent, ...(unchangedSince !== undefined && { unchangedSince }) }
    return storeFlags(this.#connection, uids, store)
  }

  copy(uids: Uids, mailbox: string): Promise<Copied[]> {
    return transfer(this.#connection, 'UID COPY', uids, mailbox)
  }

  /** MOVE, or where the server lacks it COPY, \Deleted and UID EXPUNGE. */
  async move(uids: Uids, mailbox: string): Promise<Copied[]> {
    if (this.capabilities.has('MOVE')) return transfer(this.#connection, 'UID MOVE', uids, mailbox)
    this.#need('UIDPLUS')
    const copied = await this.copy(uids, mailbox)
    await this.store(uids, 'add', ['\\Deleted'])
    await this.expunge(uids)
    return copied
  }

  /** Removes what is \Deleted, of these UIDs (UIDPLUS) or of all. */
  async expunge(uids?: Uids): Promise<void> {
    if (uids !== undefined) this.#need('UIDPLUS')
    await expungeMessages(this.#connection, uids)
  }

  /**
   * Puts a message into a mailbox, streaming it; several at once, all or none, where the server has MULTIAPPEND. A failure
   * with `uncertain` leaves open whether they are there. `refused` with TRYCREATE: there is no such mailbox.
   */
  async append(mailbox: string, ...messages: readonly MessageToAppend[]): Promise<Appended> {
    if (messages.length > 1) this.#need('MULTIAPPEND')
    return appendMessages(this.#connection, mailbox, messages, this.capabilities.appendLimit)
  }

  /** Listens for events until `signal` aborts; resolves then. Commands given meanwhile wait until it does. */
  idle(signal: AbortSignal): Promise<void> {
    return listenForNews(this.#connection, this.capabilities.has('IDLE'), this.#deadlines, signal)
  }

  /** Lets the server tell its news. */
  async noop(): Promise<void> {
    await this.#connection.run({ name: 'NOOP', lane: 'free' })
  }

  /** Quota roots of a mailbox with what is used of them (RFC 9208). */
  async quotaRoots(mailbox: string): Promise<Quota[]> {
    this.#need('QUOTA')
    const quotas: Quota[] = []
    await this.#run('GETQUOTAROOT', this.#name(mailbox), (data) => {
      if (data.name === 'QUOTA') quotas.push(data.quota)
      return data.name === 'QUOTA' || data.name === 'QUOTAROOT'
    })
    return quotas
  }

  async quota(root: string): Promise<Quota | undefined> {
    this.#need('QUOTA')
    let found: Quota | undefined
    await this.#run('GETQUOTA', formatAstring(root, this.#connection.utf8), (data) => {
      if (data.name !== 'QUOTA') return false
      found = data.quota
      return true
    })
    return found
  }

  /** Who may do what with a mailbox (RFC 4314). */
  async acl(mailbox: string): Promise<AclEntry[]> {
    this.#need('ACL')
    let entries: AclEntry[] = []
    await this.#run('GETACL', this.#name(mailbox), (data) => {
      if (data.name !== 'ACL') return false
      entries = data.entries
      return true
    })
    return entries
  }

  async myRights(mailbox: string): Promise<string> {
    this.#need('ACL')
    let rights = ''
    await this.#run('MYRIGHTS', this.#name(mailbox), (data) => {
      if (data.name !== 'MYRIGHTS') return false
      rights = data.rights
      return true
    })
    return rights
  }

  async setAcl(acl: SetAcl): Promise<void> {
    this.#need('ACL')
    await this.#change('SETACL', formatSetAcl(acl, this.#connection.utf8))
  }

  async deleteAcl(mailbox: string, identifier: string): Promise<void> {
    this.#need('ACL')
    await this.#change('DELETEACL', formatAclSubject({ mailbox, identifier }, this.#connection.utf8))
  }

  /** Says goodbye and closes; never rejects. */
  async logout(): Promise<void> {
    const late = setTimeout(() => this.destroy(), this.#deadlines.closeMs)
    try {
      await this.#connection.run({ name: 'LOGOUT', lane: 'alone' })
    } catch (error) {
      if (!(error instanceof ImapFailure)) throw error
    } finally {
      clearTimeout(late)
      this.destroy()
    }
  }

  destroy(): void {
    this.#connection.fail(new ImapFailure('closed', 'The session was ended'))
  }

  #follow(event: MailboxEvent): void {
    if (this.selected === undefined) return
    if (event.kind === 'exists') this.selected.exists = event.count
    else if (event.kind === 'expunge') this.selected.exists--
    else if (event.kind === 'vanished' && !event.earlier) this.selected.exists -= event.uids.size
  }

  #name(mailbox: string): string {
    return formatMailboxName(mailbox, this.#connection.utf8)
  }

  #need(capability: string): void {
    if (!this.capabilities.has(capability))
      throw new ImapFailure('unsupported', `The server does not have ${capability}`)
  }

  async #change(name: string, args: string): Promise<void> {
    await this.#connection.run({ name, args, lane: 'alone', changes: true })
  }

  async #run(name: string, args: string | undefined, take: (data: Untagged) => boolean): Promise<void> {
    const request: CommandRequest = { name, lane: name === 'ENABLE' ? 'alone' : name, take }
    await this.#connection.run(args === undefined ? request : { ...request, args })
  }
}
