import { createHash, type Hash } from 'node:crypto'
import { Flag, type Flags, type Item } from '../../mailbox/item.ts'
import type { SourceItem } from '../source.ts'

/** What legitimately differs between two copies of the same event, task or contact. */
const leftOut: ReadonlySet<string> = new Set(['prodId', 'updated', 'created', 'iCalendar', 'vCard'])
/** Marks that a person sets; whether there are attachments follows from the body. */
const compared: Flags = Flag.seen | Flag.answered | Flag.flagged | Flag.draft | Flag.forwarded

/** Digest of octets without regard to how lines end: CR LF, LF and CR count as one. */
export class BodyDigest {
  readonly #hash: Hash = createHash('sha256')
  #endsInReturn = false
  sizeBytes = 0

  push(chunk: Uint8Array): void {
    this.sizeBytes += chunk.length
    let from = 0
    for (let at = 0; at < chunk.length; at++) {
      const octet = chunk[at]
      if (octet === 13) {
        this.#hash.update(chunk.subarray(from, at)).update('\n')
        from = at + 1
        this.#endsInReturn = true
        continue
      }
      // The other half of a CR LF, which counts already.
      if (octet === 10 && this.#endsInReturn) {
        from = at + 1
      }
      this.#endsInReturn = false
    }
    if (from < chunk.length) this.#hash.update(chunk.subarray(from))
  }

  finish(): string {
    return this.#hash.digest('hex')
  }
}

/** Digest of an event, task, contact or note without what legitimately differs. */
export function contentDigest(content: object): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}

/** What is compared of an item beside its body, in words that are equal when they are. */
export function propertyDigest(
  item: Pick<SourceItem, 'class' | 'flags' | 'keywords' | 'receivedAt' | 'properties'>,
): string {
  const { flags, keywords, receivedAt, properties } = item
  const marks = [...new Set(keywords)].sort()
  // The service keeps times to the second where a protocol has no more.
  const seconds = Math.floor(receivedAt / 1000)
  const text = canonicalJson({ class: item.class, flags: flags & compared, marks, seconds, properties })
  return createHash('sha256').update(text).digest('hex')
}

export const propertyDigestHere = (item: Item): string =>
  propertyDigest({
    class: item.class,
    flags: item.flags,
    keywords: item.keywords,
    receivedAt: item.receivedAt,
    properties: (item.properties ?? {}) as SourceItem['properties'],
  })

/** JSON with the names of every object in order. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null)
  const members = Object.entries(value)
    .filter(([name, member]) => member !== undefined && !leftOut.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
