import type { Envelope } from './envelope.ts'

/**
 * One part of a message as it lies in the stored octets. Offsets count from the start of the whole message, also inside
 * nested messages. JSON-serialisable; fields a part does not have are absent.
 */
export interface MimePart {
  /**
   * The section of IMAP (RFC 9051 §6.4.5) that fetches the body: `1`, `2.1`; `TEXT` or `3.TEXT` for a multipart that is
   * the root of the message or of the message nested in part 3.
   */
  path: string
  headerOffset: number
  /** After the blank line. The header is [headerOffset, bodyOffset). */
  bodyOffset: number
  /** The body is [bodyOffset, bodyEnd); the line break before the next boundary belongs to the boundary. */
  bodyEnd: number
  /** Line feeds in the body. */
  bodyLines: number
  /** Lower case. `multipart` only when there are parts. */
  type: string
  subtype: string
  /** Names in lower case, RFC 2231 and charsets decoded. */
  params: Record<string, string>
  disposition?: string
  dispositionParams?: Record<string, string>
  /** Content-ID with its angle brackets. */
  id?: string
  /** Content-Description, unfolded, encoded words as they came. */
  description?: string
  /** Content-Transfer-Encoding, lower case; `7bit` when none was given. */
  encoding: string
  md5?: string
  language?: string[]
  location?: string
  /** Children of a multipart, otherwise empty. */
  parts: MimePart[]
  /** What an unencoded message/rfc822 or message/global holds; its `root` lies within this part's body. */
  message?: NestedMessage
}

interface NestedMessage {
  envelope: Envelope
  root: MimePart
}

export interface MimeIndex {
  sizeBytes: number
  /** Line feeds in the whole message. */
  lineCount: number
  /** The top header block with its blank line; of a longer one the first 256 KiB. */
  headerBytes: Uint8Array
  root: MimePart
}

/** Octets of the body as stored, encoded. */
export const bodySizeBytes = (part: MimePart) => part.bodyEnd - part.bodyOffset

/** The part and all parts below it, nested messages included, in the order they are stored. */
export function* walkParts(part: MimePart): Generator<MimePart> {
  yield part
  for (const child of part.parts) yield* walkParts(child)
  if (part.message) yield* walkParts(part.message.root)
}

/** At most so many octets of text and files, transfer encodings undone: what base64 holds follows from its length. */
export function mostDecodedBytes(root: MimePart): number {
  let sum = 0
  for (const part of walkParts(root)) {
    if (part.parts.length > 0 || part.message !== undefined) continue
    const size = bodySizeBytes(part)
    sum += part.encoding === 'base64' ? Math.ceil(((size - part.bodyLines) * 3) / 4) : size
  }
  return sum
}

/** The part with this section number (`2.1`), or undefined. `''` is the root. */
export function findPart(root: MimePart, path: string): MimePart | undefined {
  if (path === '') return root
  for (const part of walkParts(root)) if (part.path === path) return part
  return undefined
}

/** The name that the sender gave, from Content-Disposition or else Content-Type, folders too; or undefined. */
export const givenNameOf = (part: MimePart): string | undefined =>
  part.dispositionParams?.filename ?? part.params.name

/** The same without folders. */
export function fileNameOf(part: MimePart): string | undefined {
  const name = givenNameOf(part)
    ?.replace(/^.*[/\\]/s, '')
    .trim()
  return name === '' ? undefined : name
}

/** Whether a reader would list the part as an attachment instead of showing it. */
export function isAttachment(part: MimePart): boolean {
  if (part.parts.length > 0) return false
  if (part.disposition === 'attachment') return true
  // What a meeting message says to programs beside its text (RFC 6047 §2.4).
  if (part.type === 'text' && part.subtype === 'calendar' && part.params.method !== undefined) return false
  if (part.type === 'text' && (part.subtype === 'plain' || part.subtype === 'html'))
    return fileNameOf(part) !== undefined
  return part.disposition !== 'inline' || part.id === undefined
}

/** Attachments of a message, in order; those inside attached messages belong to these. */
export function attachmentsOf(root: MimePart): MimePart[] {
  return root.parts.length > 0 ? root.parts.flatMap(attachmentsOf) : isAttachment(root) ? [root] : []
}
