import { type CipherGCM, createCipheriv, createHash, type Hash, hash } from 'node:crypto'
import { Flag, type Flags, type Item } from '../../../mailbox/item.ts'
import type { SourceItem } from '../../source.ts'

/** What legitimately differs between two copies of the same event, task or contact. */
const leftOut: ReadonlySet<string> = new Set(['prodId', 'updated', 'created'])
/** What older digests leave out too: whether others may propose times is kept there, and what no model has a word for. */
const leftOutBefore: ReadonlySet<string> = new Set([...leftOut, 'iCalendar', 'vCard'])
/** Marks that a person sets; whether there are attachments follows from the body. */
const compared: Flags = Flag.seen | Flag.answered | Flag.flagged | Flag.draft | Flag.forwarded

const CR = 13
const LF = 10
/** Octets as they are hashed, a window at a time: to hash line by line costs several times as much. */
const lines = Buffer.alloc(64 * 1024)

/** Characters of a `KeyedDigest`, by which it is known. */
const KEYED_CHARACTERS = 22
const NONCE = Buffer.alloc(12)

/**
 * Digest of octets just as they are, as only who has the key can make it: AES-256-GMAC, which takes a seventh of the time of
 * SHA-256. All have one nonce: what that tells of the key is told to nobody, as digests lie sealed in the ledger.
 */
export class KeyedDigest {
  readonly #cipher: CipherGCM

  constructor(key: Uint8Array) {
    this.#cipher = createCipheriv('aes-256-gcm', key, NONCE)
  }

  push(chunk: Uint8Array): void {
    this.#cipher.setAAD(chunk)
  }

  finish(): string {
    this.#cipher.final()
    return this.#cipher.getAuthTag().toString('base64url')
  }
}

/** Digest of octets just as they are, for whoever has no key. It has 43 characters; ledgers had it until 2026-11. */
export class BodyDigest {
  readonly #hash: Hash = createHash('sha256')

  push(chunk: Uint8Array): void {
    this.#hash.update(chunk)
  }

  finish(): string {
    return this.#hash.digest('base64url')
  }
}

/** What digests octets just as they are, with a key where there is one. */
export const bodyDigestWith = (key: Uint8Array | undefined): KeyedDigest | BodyDigest =>
  key === undefined ? new BodyDigest() : new KeyedDigest(key)

/** What digests a body in the form that `kept` has; `key` is asked for where it needs one. */
export async function digestLike(
  kept: string | null | undefined,
  key: () => Promise<Uint8Array>,
): Promise<KeyedDigest | BodyDigest | LineDigest> {
  if (kept?.length === KEYED_CHARACTERS) return new KeyedDigest(await key())
  return kept?.length === 64 ? new LineDigest() : new BodyDigest()
}

/**
 * Digest of octets without regard to how lines end: CR LF, LF and CR count as one. It has 64 characters; the oldest ledgers have it:
 * what is compared are octets that we wrote ourselves, and to look for the ends of lines took longer than to hash them.
 */
export class LineDigest {
  readonly #hash: Hash = createHash('sha256')
  #endsInReturn = false

  push(chunk: Uint8Array): void {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let from = 0; from < octets.length; from += lines.length)
      this.#take(octets.subarray(from, from + lines.length))
  }

  finish(): string {
    return this.#hash.digest('hex')
  }

  #take(octets: Buffer): void {
    let filled = 0
    // The other half of a CR LF counts already.
    let from = this.#endsInReturn && octets[0] === LF ? 1 : 0
    for (;;) {
      const at = octets.indexOf(CR, from)
      filled += octets.copy(lines, filled, from, at < 0 ? octets.length : at)
      if (at < 0) break
      lines[filled++] = LF
      from = octets[at + 1] === LF ? at + 2 : at + 1
    }
    this.#endsInReturn = octets.at(-1) === CR
    this.#hash.update(lines.subarray(0, filled))
  }
}

/** Digest of an event, task, contact or note without what legitimately differs. It has 43 characters. */
export function contentDigest(content: object): string {
  return hash('sha256', canonicalJson(content), 'base64url')
}

/** The same as ledgers had it until 2026-11, which has 64 characters. */
export function contentDigestBefore(content: object): string {
  return hash('sha256', canonicalJson(content, leftOutBefore), 'hex')
}

/** The digest of a content in the form that `kept` has. */
export const contentDigestLike = (kept: string | null, content: object): string =>
  kept?.length === 64 ? contentDigestBefore(content) : contentDigest(content)

/** What is compared of an item beside its body, in words that are equal when they are. */
export function propertyDigest(
  item: Pick<SourceItem, 'class' | 'flags' | 'keywords' | 'receivedAt' | 'properties'>,
): string {
  const { flags, keywords, receivedAt, properties } = item
  const marks = [...new Set(keywords)].sort()
  // The service keeps times to the second where a protocol has no more.
  const seconds = Math.floor(receivedAt / 1000)
  const text = canonicalJson({ class: item.class, flags: flags & compared, marks, seconds, properties })
  return hash('sha256', text, 'hex')
}

/** What an item is beside its body and the marks that deltas change: class, when it came, properties. */
export function factsDigest({
  class: kind,
  receivedAt,
  properties,
}: Pick<SourceItem, 'class' | 'receivedAt' | 'properties'>): string {
  const text = canonicalJson({ class: kind, seconds: Math.floor(receivedAt / 1000), properties })
  return hash('sha256', text, 'base64url')
}

export const factsDigestHere = ({ class: kind, receivedAt, properties }: Item): string =>
  factsDigest({ class: kind, receivedAt, properties: (properties ?? {}) as SourceItem['properties'] })

export const propertyDigestHere = (item: Item): string =>
  propertyDigest({
    class: item.class,
    flags: item.flags,
    keywords: item.keywords,
    receivedAt: item.receivedAt,
    properties: (item.properties ?? {}) as SourceItem['properties'],
  })

/** JSON with the names of every object in order. */
function canonicalJson(value: unknown, without = leftOut): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each, without)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !without.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, without)}`).join(',')}}`
}
