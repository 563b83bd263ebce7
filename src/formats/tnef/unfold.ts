import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { mailboxesOf } from '../address/mailbox-list.ts'
import { decodeEnvelope, type Envelope, envelopeOf } from '../mime/envelope.ts'
import { bodySizeBytes, fileNameOf, isAttachment, type MimeIndex, type MimePart } from '../mime/part.ts'
import { placedFields } from '../trace-headers/header-block.ts'
import { TnefBudget } from './budget.ts'
import { contentOf, type TnefContent, wholeEntity } from './content.ts'
import { type Entity, entityPieces, newBoundary } from './entity.ts'
import { decodeTnef } from './message.ts'
import type { KnownPeople } from './person.ts'

/** A TNEF part of a message and what surrounds it. */
export interface TnefPart {
  part: MimePart
  /** The multipart it stands in; absent when it is the whole content of a message. */
  parent?: MimePart
  /** Of the message it belongs to. */
  envelope: Envelope
}

/** What the caller reads of a TNEF part. */
export interface TnefPartOctets extends TnefPart {
  /** The part's stored header, [headerOffset, bodyOffset). Only read when there is no parent. */
  header: Uint8Array
  /** The part's content with its transfer encoding undone: TNEF. */
  content: Uint8Array
}

/** A piece of the new message: octets of the old one, [from, to), or new ones. */
type UnfoldedPiece = { from: number; to: number } | Uint8Array

/** LIM-11: no message is larger than 40 MB, and no part of it. */
const TNEF_LIMIT_BYTES = 40 * 1024 * 1024
/** One message has one; forwarded ones bring theirs along. */
const MAX_PARTS = 20
/** Octets of a text part that says nothing: a line end or a blank with one. */
const EMPTY_TEXT = 4

const isTnef = (part: MimePart) =>
  part.parts.length === 0 &&
  ((part.type === 'application' && (part.subtype === 'ms-tnef' || part.subtype === 'vnd.ms-tnef')) ||
    (part.subtype === 'octet-stream' && /^win(?:mail)?\.dat$/i.test(fileNameOf(part) ?? '')))

/**
 * The TNEF parts of a message, those of messages within it too (at most 20). What is signed or encrypted is left alone: a
 * changed octet would break it.
 */
export function findTnefParts(index: MimeIndex): TnefPart[] {
  const found: TnefPart[] = []
  const look = (part: MimePart, envelope: () => Envelope, parent?: MimePart) => {
    if (part.type === 'multipart' && (part.subtype === 'signed' || part.subtype === 'encrypted')) return
    if (isTnef(part)) found.push({ part, envelope: envelope(), ...(parent && { parent }) })
    for (const child of part.parts) look(child, envelope, part)
    const { message } = part
    if (message) look(message.root, () => message.envelope)
  }
  // Almost no message has such parts: its header is read for those that do.
  look(index.root, () => envelopeOf(index.headerBytes))
  return found.slice(0, MAX_PARTS)
}

/** New pieces in place of the old octets [from, to). */
interface Edit {
  from: number
  to: number
  pieces: () => Iterable<Uint8Array>
}

/**
 * The message with its TNEF parts unfolded into normal ones (text, HTML with its pictures, meeting, attachments), as pieces in
 * order; all other octets, header fields above all, are pieces of the old message. Nothing is copied and new parts are
 * encoded as they are read. A part with a broken TNEF stays as it is; SyntaxFault when that leaves nothing unfolded.
 * Signatures over the body (DKIM) break, so verify them before.
 */
export function unfoldedPieces(sizeBytes: number, parts: readonly TnefPartOctets[]): Iterable<UnfoldedPiece> {
  const edits: Edit[] = []
  const budget = new TnefBudget()
  let fault: SyntaxFault | undefined
  for (const tnef of parts) {
    try {
      edits.push(...editsFor(tnef, budget))
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      fault = error
    }
  }
  if (fault && edits.length === 0) throw fault
  return applyEdits(sizeBytes, edits)
}

function* applyEdits(sizeBytes: number, edits: readonly Edit[]): Generator<UnfoldedPiece> {
  let at = 0
  for (const { from, to, pieces } of edits.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from > at) yield { from: at, to: from }
    yield* pieces()
    at = Math.max(at, to)
  }
  if (at < sizeBytes) yield { from: at, to: sizeBytes }
}

function editsFor({ part, parent, envelope, header, content }: TnefPartOctets, budget: TnefBudget): Edit[] {
  if (content.length > TNEF_LIMIT_BYTES) throw new SyntaxFault('a TNEF part larger than any message may be')
  const unfolded = contentOf(decodeTnef(content, budget), peopleOf(envelope), budget)
  if (!parent) return [...headerEdits(part, header, wholeEntity(unfolded))]
  const place = parent.parts.indexOf(part)
  const before = parent.parts[place - 1]
  const text = parent.subtype === 'mixed' && before && isPlainText(before) ? before : undefined
  if (!text) {
    const entity = wholeEntity(unfolded)
    return [{ from: part.headerOffset, to: part.bodyEnd, pieces: () => entityPieces(entity) }]
  }
  return editsBehindText(parent, text, part, unfolded)
}

/** As Outlook sends it: the text in a part of its own, all else in the TNEF behind it. */
function editsBehindText(parent: MimePart, text: MimePart, part: MimePart, content: TnefContent): Edit[] {
  const edits: Edit[] = []
  const [attachment, ...attachments] = content.attachments
  // Some senders leave the text part empty and trust in the TNEF.
  const missing = content.plain && bodySizeBytes(text) <= EMPTY_TEXT ? [content.plain] : []
  const forms = [...missing, ...content.rich]
  if (forms.length > 0) {
    const boundary = newBoundary()
    const open = `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n\r\n--${boundary}\r\n`
    edits.push({ from: text.headerOffset, to: text.headerOffset, pieces: () => [ascii(open)] })
    edits.push({ from: text.bodyEnd, to: text.bodyEnd, pieces: () => alternatives(boundary, forms) })
  }
  if (attachment) {
    const delimiter = ascii(`\r\n--${parent.params.boundary}\r\n`)
    edits.push({
      from: part.headerOffset,
      to: part.bodyEnd,
      *pieces() {
        yield* entityPieces(attachment)
        for (const entity of attachments) {
          yield delimiter
          yield* entityPieces(entity)
        }
      },
    })
  } else {
    // Nothing is left of the part: it goes with the delimiter before it.
    edits.push({ from: text.bodyEnd, to: part.bodyEnd, pieces: () => [] })
  }
  return edits
}

function* alternatives(boundary: string, entities: readonly Entity[]): Generator<Uint8Array> {
  for (const entity of entities) {
    yield ascii(`\r\n--${boundary}\r\n`)
    yield* entityPieces(entity)
  }
  yield ascii(`\r\n--${boundary}--`)
}

/** The TNEF is all there is: its Content-… fields make way for those of what it unfolds to. */
function headerEdits(part: MimePart, header: Uint8Array, entity: Entity): Edit[] {
  if (header.length !== part.bodyOffset - part.headerOffset) {
    throw new SyntaxFault('a header too large to be rewritten')
  }
  const fields = placedFields(header)
  const edits = fields
    .filter(({ key }) => key.startsWith('content-'))
    .map(({ from, to }) => ({
      from: part.headerOffset + from,
      to: part.headerOffset + to,
      pieces: (): Uint8Array[] => [],
    }))
  const versioned = fields.some(({ key }) => key === 'mime-version')
  const end = part.headerOffset + (fields.at(-1)?.to ?? 0)
  const added = ascii(`${versioned ? '' : 'MIME-Version: 1.0\r\n'}${entity.fields}`)
  return [
    ...edits,
    { from: end, to: end, pieces: () => [added] },
    { from: part.bodyOffset, to: part.bodyEnd, pieces: entity.body },
  ]
}

const ascii = (text: string) => Buffer.from(text, 'latin1')

const isPlainText = (part: MimePart) =>
  part.type === 'text' && part.subtype === 'plain' && !isAttachment(part)

function peopleOf(envelope: Envelope): KnownPeople {
  const { from, to, cc } = decodeEnvelope(envelope)
  const usable = (list: Envelope['from']) => mailboxesOf(list ?? []).filter(({ host }) => host !== '')
  return { from: usable(from), to: usable(to), cc: usable(cc) }
}
