import { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import { directoryAuthenticator, keptPasswords } from '#src/domain/directory/login/directory-authenticator.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { createUser } from '#src/domain/directory/users.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import type { Flags } from '#src/domain/mailbox/item.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import { keepingIn } from '#src/domain/mailbox/search/kept-aspects.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import { ImapConnection } from '#src/protocols/imap/connection.ts'
import { FolderMemory } from '#src/protocols/imap/folder-memory.ts'
import type { ImapLimits } from '#src/protocols/imap/limits.ts'
import type { ImapSessionOptions } from '#src/protocols/imap/session.ts'
import { UserConnections } from '#src/protocols/imap/user-connections.ts'
import { addDomain, CHEAP, PASSWORD } from '#test/domain/directory/furnished.ts'
import { type TemporaryStore, temporaryStore } from '#test/support/store.ts'

/** What every clock of these tests shows. */
export const NOW = Date.UTC(2026, 10, 21, 12)
const silentLog = pino({ level: 'silent' })
const tls = { protocol: 'TLSv1.3', cipher: 'none' }

/** A store with organisations whose users read mail. */
export type ImapWorld = {
  store: Store
  temporary: TemporaryStore
  /** A new organisation with the domain `alias.example`. */
  organization(alias: string): Promise<OrganizationId>
  user(organization: OrganizationId, name: string, domain: string): Promise<User>
  options(change?: Partial<ImapSessionOptions>): ImapSessionOptions
  remove(): Promise<void>
}

export async function imapWorld(): Promise<ImapWorld> {
  const temporary = await temporaryStore({ mailboxes: 0, now: () => NOW })
  const { store } = temporary
  const users = new UserConnections()
  const folders = new FolderMemory()
  const digests = new Digests({ keep: keepingIn(store) })
  const authenticator = directoryAuthenticator({
    store,
    checkPassword: keptPasswords(store, CHEAP),
    now: () => NOW,
  })
  return {
    store,
    temporary,
    async organization(alias) {
      const { id } = await store.organizations.create({ alias })
      await addDomain(store, id, `${alias}.example`)
      return id
    },
    async user(organization, name, domain) {
      const made = await createUser(
        { store, passwords: CHEAP },
        organization,
        { name, displayName: name, password: PASSWORD },
        NOW,
      )
      const plan = { quotaBytes: 1_000_000_000, folders: distinguishedFolders }
      const email = `${name}@${domain}`
      return (await registerToWorkMail(store, organization, { entry: made.id, email }, plan, NOW)) as User
    },
    options: (change) => ({
      store,
      authenticator,
      hostName: 'imap.corp.example',
      version: '1.0',
      clientAddress: '192.0.2.1',
      tls,
      users,
      folders,
      digests,
      now: () => NOW,
      log: silentLog,
      warnings: new BoundedWarnings(silentLog),
      ...change,
    }),
    remove: () => temporary.remove(),
  }
}

export const mailboxOf = (organization: OrganizationId, user: User): MailboxRef => ({
  organization,
  mailbox: user.mailbox!,
})

/** Puts a message into the inbox, as delivery does. */
export async function deliver(
  store: Store,
  at: MailboxRef,
  octets: Uint8Array,
  options: { flags?: Flags; receivedAt?: number } = {},
): Promise<void> {
  const inbox = (await store.mailboxes.findFolder(at, { distinguished: 'inbox' }))!
  await addMessage(store, at, {
    folder: inbox.no,
    sizeBytes: octets.length,
    source: (async function* () {
      yield octets
    })(),
    receivedAt: options.receivedAt ?? NOW,
    flags: options.flags ?? 0,
  })
}

/** A client in memory: what it sends, and all that came back. */
export class TestClient {
  readonly stream: Duplex
  readonly connection: ImapConnection
  readonly done: Promise<void>
  #output = ''
  #ended = false
  #tag = 0
  #held: (() => void) | undefined
  #holds = false
  #listeners = new Set<() => void>()

  constructor(options: ImapSessionOptions, limits: Partial<ImapLimits> = {}) {
    this.stream = new Duplex({
      read() {},
      writableHighWaterMark: 16_384,
      write: (chunk: Buffer, _encoding, taken) => {
        this.#output += chunk.toString('latin1')
        for (const listener of this.#listeners) listener()
        if (this.#holds) this.#held = taken
        else taken()
      },
      final: (taken) => {
        this.#ended = true
        for (const listener of this.#listeners) listener()
        taken()
      },
    })
    this.connection = new ImapConnection(this.stream, {
      ...options,
      limits: { lingerMs: 5, ...options.limits, ...limits },
    })
    this.done = this.connection.run()
  }

  get output(): string {
    return this.#output
  }

  get ended(): boolean {
    return this.#ended || this.stream.destroyed
  }

  /** A client that does not read: the server's writes are not taken any more. */
  hold(): void {
    this.#holds = true
  }

  release(): void {
    this.#holds = false
    this.#held?.()
    this.#held = undefined
  }

  send(octets: Uint8Array | string): void {
    if (!this.stream.destroyed && !this.stream.readableEnded)
      this.stream.push(typeof octets === 'string' ? Buffer.from(octets, 'latin1') : octets)
  }

  hangUp(): void {
    if (!this.stream.destroyed) this.stream.push(null)
  }

  taken(): string {
    const output = this.#output
    this.#output = ''
    return output
  }

  /** Until the output fits, or the connection is over; false when neither happened in time. */
  async until(fits: (output: string) => boolean, ms = 60_000): Promise<boolean> {
    const late = performance.now() + ms
    while (!fits(this.#output) && !this.ended) {
      const left = late - performance.now()
      if (left <= 0) return false
      let listener = () => {}
      const heard = new Promise<void>((resolve) => {
        listener = resolve
      })
      this.#listeners.add(listener)
      await Promise.race([heard, delay(Math.min(left, 50))])
      this.#listeners.delete(listener)
    }
    return true
  }

  /** Sends a command and gives all that came up to its answer, the answer's line included. */
  async command(text: string): Promise<string> {
    const tag = `t${++this.#tag}`
    this.taken()
    this.send(`${tag} ${text}\r\n`)
    const answered = new RegExp(`(^|\\r\\n)${tag} (OK|NO|BAD) [^\\r]*\\r\\n$`)
    if (!(await this.until((output) => answered.test(output)))) throw new Error(`No answer to ${text}`)
    return this.taken()
  }

  async signIn(address: string): Promise<void> {
    const answer = await this.command(`LOGIN ${address} ${PASSWORD}`)
    if (!/ OK /.test(answer)) throw new Error(answer)
  }

  /** Closes and waits for the server to be done. */
  async close(): Promise<void> {
    this.release()
    this.hangUp()
    await this.done
  }
}
