import { decodeEnvelope, type Envelope, envelopeOf } from '#src/formats/mime/envelope.ts'
import { indexMessage, MimeIndexer } from '#src/formats/mime/indexer.ts'
import { attachmentsOf, fileNameOf, type MimeIndex, type MimePart } from '#src/formats/mime/part.ts'
import { findPreviewPart, PREVIEW_OCTETS, previewOf } from '#src/formats/mime/part-text.ts'
import type { Store } from '../store.ts'
import type { ItemSummary } from './content.ts'
import { Flag, type Flags } from './item.ts'
import type { MailboxRef, NewItem, StagedBody } from './store.ts'

/** Of a message that passes by this much is kept for its preview; readable text further behind has none. */
const KEPT_BYTES = 128 * 1024
/** And of calendar parts wherever they lie, as they say what a meeting message is: of each, and of so many. */
const KEPT_CALENDAR_BYTES = 2 * 1024 * 1024
const MOST_CALENDARS = 3

/** A message taken in, and what its item is made of. */
export type IndexedMessage = {
  staged: StagedBody
  item: Pick<NewItem, 'class' | 'summary' | 'structure'> & { flags: Flags }
  /**
   * Octets of it as long as the source's are there; of one that passed by, undefined for what is neither among its first KEPT_BYTES
   * nor a calendar part.
   */
  read(start: number, end: number): Uint8Array | undefined
}

/** Takes in a message of exactly `sizeBytes` octets, reading it once; one that lies in memory is not copied. */
export async function indexedMessage(
  store: Pick<Store, 'stageBody'>,
  at: MailboxRef,
  sizeBytes: number,
  source: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<IndexedMessage> {
  if (source instanceof Uint8Array) {
    const indexed = await indexedOctets(source)
    return { ...indexed, staged: await store.stageBody(at, sizeBytes, inOnePiece(source)) }
  }
  const beginning = new Beginning()
  const calendars = new PassingCalendars()
  const indexer = new MimeIndexer((part) => calendars.enter(part))
  const staged = await store.stageBody(at, sizeBytes, passing(source, indexer, [beginning, calendars]))
  const item = await itemOf(indexer.finish(), async (start, end) => beginning.octets().subarray(start, end))
  const read = (start: number, end: number) =>
    end <= KEPT_BYTES ? beginning.octets().subarray(start, end) : calendars.octets(start, end)
  return { staged, item, read }
}

/** What the item of a message that lies in memory is made of. */
export async function indexedOctets(octets: Uint8Array): Promise<Omit<IndexedMessage, 'staged'>> {
  const read = (start: number, end: number) => octets.subarray(start, end)
  return { item: await itemOf(indexMessage(octets), async (start, end) => read(start, end)), read }
}

export async function* inOnePiece(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets
}

async function* passing(
  source: AsyncIterable<Uint8Array>,
  indexer: MimeIndexer,
  keeping: readonly { push(chunk: Uint8Array): void }[],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    indexer.push(chunk)
    for (const each of keeping) each.push(chunk)
    yield chunk
  }
}

/** The first KEPT_BYTES of what passes by. */
class Beginning {
  readonly #kept: Uint8Array[] = []
  #bytes = 0

  push(chunk: Uint8Array): void {
    if (this.#bytes >= KEPT_BYTES) return
    const some = new Uint8Array(chunk.subarray(0, KEPT_BYTES - this.#bytes))
    this.#kept.push(some)
    this.#bytes += some.length
  }

  octets(): Buffer {
    return Buffer.concat(this.#kept)
  }
}

/** The calendar parts of what passes by. Each chunk is pushed once the indexer has had it: a body begins in the chunk that shows it. */
class PassingCalendars {
  readonly #parts: { part: MimePart; pieces: Uint8Array[]; bytes: number }[] = []
  #at = 0

  enter(part: MimePart): void {
    if (part.type !== 'text' || part.subtype !== 'calendar' || part.bodyOffset < this.#at) return
    if (this.#parts.length < MOST_CALENDARS) this.#parts.push({ part, pieces: [], bytes: 0 })
  }

  push(chunk: Uint8Array): void {
    for (const kept of this.#parts) {
      const { bodyOffset, bodyEnd } = kept.part
      // Where it ends is not known before it does.
      const isOver = bodyEnd > bodyOffset && kept.bytes >= bodyEnd - bodyOffset
      if (isOver || kept.bytes > KEPT_CALENDAR_BYTES) continue
      const some = new Uint8Array(chunk.subarray(Math.max(0, bodyOffset - this.#at)))
      kept.pieces.push(some)
      kept.bytes += some.length
    }
    this.#at += chunk.length
  }

  octets(start: number, end: number): Uint8Array | undefined {
    const kept = this.#parts.find(({ part, bytes }) => part.bodyOffset === start && bytes >= end - start)
    return kept && Buffer.concat(kept.pieces).subarray(0, end - start)
  }
}

type Indexed = Pick<MimeIndex, 'headerBytes' | 'root'> & {
  /** When it is known already. */
  envelope?: Envelope | undefined
}

/** What the item of a message is made of. `read` gives octets of the message; it is asked for the beginning of a text at most. */
export async function itemOf(
  index: Indexed,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<IndexedMessage['item']> {
  const attached = attachmentsOf(index.root)
  return {
    class: 'message',
    flags: attached.length > 0 ? Flag.hasAttachment : 0,
    summary: await summaryOf(index, read),
    structure: index.root,
  }
}

async function summaryOf(
  index: Indexed,
  read: (start: number, end: number) => Promise<Uint8Array>,
): Promise<ItemSummary> {
  const envelope = index.envelope ?? envelopeOf(index.headerBytes)
  const names = attachmentsOf(index.root).flatMap((part) => fileNameOf(part) ?? [])
  const part = findPreviewPart(index.root)
  const end = part && Math.min(part.bodyEnd, part.bodyOffset + PREVIEW_OCTETS, KEPT_BYTES)
  const text = part && end! > part.bodyOffset ? await read(part.bodyOffset, end!) : undefined
  return {
    subject: decodeEnvelope(envelope).subject ?? '',
    envelope,
    ...(part && text && text.length > 0 && { preview: previewOf(part, text) }),
    ...(names.length > 0 && { attachmentNames: names }),
  }
}
