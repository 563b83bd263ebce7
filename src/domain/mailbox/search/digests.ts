import type { ItemState } from '../item.ts'
import type { MailboxRef } from '../store.ts'
import type { KeepDigests } from './kept-aspects.ts'

/** All that is remembered takes about this much, whoever searches. */
const MOST_BYTES = 64 * 1024 * 1024
/** No longer than an open key is held (SEC-05), counted from the last use. */
const LIFETIME_MS = 45_000
/** What an entry takes beside its text. */
const ENTRY_BYTES = 96

/**
 * One thing of the summaries of a mailbox that searches, sorts or threads asked for (folded subjects, sort keys, …), by
 * item. What was remembered of an item that has changed since is forgotten.
 */
export class Digest<V> {
  readonly #entries = new Map<number, { modseq: number; value: V }>()
  readonly #room: (bytes: number, asking: Digest<unknown>) => boolean
  bytes = 0
  usedAt = 0

  constructor(room: (bytes: number, asking: Digest<unknown>) => boolean) {
    this.#room = room
  }

  get({ no, modseq }: Pick<ItemState, 'no' | 'modseq'>): V | undefined {
    const entry = this.#entries.get(no)
    return entry?.modseq === modseq ? entry.value : undefined
  }

  /** `characters` of text are in the value. Where there is no room it is not remembered, and the answer is false. */
  set({ no, modseq }: Pick<ItemState, 'no' | 'modseq'>, value: V, characters: number): boolean {
    const bytes = ENTRY_BYTES + 2 * characters
    if (!this.#room(bytes, this as Digest<unknown>)) return false
    this.bytes += bytes
    this.#entries.set(no, { modseq, value })
    return true
  }
}

/**
 * Digests of all mailboxes, for one process: the next search of a folder need not open its summaries again. They are
 * held in memory only, for a short while, and are of no use to who may not open the mailbox: every search reads
 * its items first. The least recently used go when there is no room.
 */
export class Digests {
  /** Where what searches learn outlives this process. */
  readonly keep: KeepDigests | undefined
  /** Least recently used first. */
  readonly #digests = new Map<string, Digest<unknown>>()
  readonly #mostBytes: number
  readonly #lifetimeMs: number
  #bytes = 0
  #sweep: NodeJS.Timeout | undefined

  constructor({ mostBytes = MOST_BYTES, lifetimeMs = LIFETIME_MS, keep }: DigestOptions = {}) {
    this.keep = keep
    this.#mostBytes = mostBytes
    this.#lifetimeMs = lifetimeMs
  }

  /** The digest of a mailbox for one `aspect`, whose values are all of one type. */
  of<V>(at: MailboxRef, aspect: string): Digest<V> {
    const key = `${at.organization}/${at.mailbox}/${aspect}`
    const digest =
      this.#digests.get(key) ?? new Digest<unknown>((bytes, asking) => this.#makeRoom(key, asking, bytes))
    this.#digests.delete(key)
    this.#digests.set(key, digest)
    digest.usedAt = performance.now()
    this.#sweep ??= setTimeout(() => this.#forgetOld(), this.#lifetimeMs).unref()
    return digest as Digest<V>
  }

  /** Whether `bytes` more fit, once others made way. A digest that was forgotten meanwhile takes nothing any more. */
  #makeRoom(key: string, asking: Digest<unknown>, bytes: number): boolean {
    if (this.#digests.get(key) !== asking) return false
    for (const other of this.#digests.keys()) {
      if (this.#bytes + bytes <= this.#mostBytes || other === key) break
      this.#forget(other)
    }
    if (this.#bytes + bytes > this.#mostBytes) return false
    this.#bytes += bytes
    return true
  }

  #forget(key: string): void {
    this.#bytes -= this.#digests.get(key)?.bytes ?? 0
    this.#digests.delete(key)
  }

  #forgetOld(): void {
    this.#sweep = undefined
    const since = performance.now() - this.#lifetimeMs
    for (const [key, { usedAt }] of this.#digests) {
      if (usedAt > since) break
      this.#forget(key)
    }
    if (this.#digests.size > 0)
      this.#sweep = setTimeout(() => this.#forgetOld(), this.#lifetimeMs / 3).unref()
  }
}

type DigestOptions = { mostBytes?: number; lifetimeMs?: number; keep?: KeepDigests }
