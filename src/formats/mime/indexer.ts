import { colonOf, parseFields } from '../header/fields.ts'
import { HeaderKeep } from './header-keep.ts'
import { countOctet } from './octet-count.ts'
import type { MimeIndex, MimePart } from './part.ts'
import { type Delimiter, PartTree } from './part-tree.ts'

const LF = 10
const CR = 13
const DASH = 45
/** A line is kept back until its end is known, but no longer than this: delimiters and field names are shorter. */
const HELD_LINE = 1024
const MORE = -1
const LF_DASHES = Buffer.from('\n--')
const DASHES = Buffer.from('--')

/**
 * Finds the parts of a message (RFC 5322, RFC 2045-2049) while it passes by in pieces of any size. Holds only the header
 * blocks (256 KiB of the top one, 4 MiB of all others) and the tree. Any octets give an index: lines may end in LF alone,
 * boundaries may be missing, and what has no header field at all is all body.
 */
export class MimeIndexer {
  readonly #tree: PartTree
  readonly #headers = new HeaderKeep()
  #topHeader: Uint8Array | undefined
  /** Octets of an unfinished line, still to be read. */
  #held: Buffer = Buffer.alloc(0)
  /** Offset in the message of the first octet of the data being read. */
  #base = 0
  /** The two octets before that, to tell CRLF from LF at its start. */
  #before: [number, number] = [0, 0]
  #inHeader = true
  #atLineStart = true
  /** A line of the header being read was a field, a continuation does not count. */
  #sawField = false
  /** Lines before the header being read, should it turn out to be none. */
  #headerLines = 0
  #lines = 0
  #countedTo = 0

  /** `entered`: told of each part, before those within it, while the chunk is pushed in which its body begins. */
  constructor(entered?: (part: MimePart) => void) {
    this.#tree = new PartTree(entered)
  }

  /** There is more of some header than is looked at. */
  get hasCutHeader(): boolean {
    return this.#headers.isCut
  }

  /** Takes the next octets of the message. The chunk may be reused afterwards. */
  push(chunk: Uint8Array): void {
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    this.#read(this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece, false)
  }

  /** The message is complete. */
  finish(): MimeIndex {
    this.#read(this.#held, true)
    while (this.#inHeader) this.#leaveHeader(this.#base, this.#lines)
    this.#tree.finish(this.#base, this.#lines)
    return {
      sizeBytes: this.#base,
      lineCount: this.#lines,
      headerBytes: this.#topHeader!,
      root: this.#tree.root,
    }
  }

  #read(data: Buffer, last: boolean): void {
    let at = 0
    while (at < data.length) {
      const next = this.#inHeader ? this.#readHeader(data, at, last) : this.#readBody(data, at, last)
      if (next === MORE) break
      at = next
    }
    this.#countTo(data, at)
    this.#before = [this.#octetBefore(data, at, 2), this.#octetBefore(data, at, 1)]
    this.#held = at < data.length ? Buffer.from(data.subarray(at)) : Buffer.alloc(0)
    this.#base += at
  }

  #octetBefore(data: Buffer, at: number, back: number): number {
    return at >= back ? data[at - back]! : this.#before[2 + at - back]!
  }

  #countTo(data: Buffer, at: number): void {
    const from = this.#countedTo - this.#base
    if (at <= from) return
    this.#lines += countOctet(data, LF, from, at)
    this.#countedTo = this.#base + at
  }

  /** Reads header lines from `from` on; returns where it stopped, or MORE when only an unfinished line is left. */
  #readHeader(data: Buffer, from: number, last: boolean): number {
    let at = from
    while (at < data.length) {
      const lf = data.indexOf(LF, at)
      if (lf < 0 && !last && this.#atLineStart && data.length - at < HELD_LINE) break
      const end = lf < 0 ? data.length : lf
      const next = lf < 0 ? end : lf + 1
      if (this.#atLineStart) {
        const delimiter = this.#delimiterAt(data, at, end)
        if (delimiter) {
          this.#headers.add(data.subarray(from, at))
          return this.#split(data, at, next, delimiter)
        }
        if (lf >= 0 && (lf === at || (lf === at + 1 && data[at] === CR))) {
          this.#headers.add(data.subarray(from, next))
          this.#countTo(data, next)
          this.#leaveHeader(this.#base + next, this.#lines)
          return next
        }
        this.#sawField ||= colonOf((index) => data[index]!, at, Math.min(end, at + HELD_LINE)) >= 0
      }
      this.#atLineStart = lf >= 0
      at = next
    }
    this.#headers.add(data.subarray(from, at))
    return at > from ? at : MORE
  }

  /** The header ends; its body begins at `bodyOffset`. A block without any field was no header but the body itself. */
  #leaveHeader(bodyOffset: number, lines: number): void {
    const block = this.#headers.take()
    const isHeader = this.#sawField || isBlank(block)
    this.#topHeader ??= isHeader ? block : Buffer.alloc(0)
    if (isHeader) {
      const nested = this.#tree.enterBody(parseFields(block), bodyOffset, lines)
      this.#inHeader = nested
      if (nested) this.#enterHeader(lines)
      return
    }
    // In a multipart/digest even a part without header is a message; its own header is then missing too.
    while (this.#tree.enterBody([], this.#tree.innermost.headerOffset, this.#headerLines));
    this.#inHeader = false
  }

  #enterHeader(lines: number): void {
    this.#inHeader = true
    this.#sawField = false
    this.#headerLines = lines
  }

  /** Reads the body up to the next line that may be a delimiter; returns where it stopped, or MORE. */
  #readBody(data: Buffer, from: number, last: boolean): number {
    if (!this.#tree.watching) return data.length
    if (this.#atLineStart && data[from] === DASH) {
      const lf = data.indexOf(LF, from)
      if (lf < 0 && !last && data.length - from < HELD_LINE) return MORE
      const end = lf < 0 ? data.length : lf
      const delimiter = this.#delimiterAt(data, from, end)
      if (delimiter) return this.#split(data, from, lf < 0 ? end : lf + 1, delimiter)
    }
    // Dashes are rarer than line ends in what is large, so the cheap search goes first.
    const hit = data.indexOf(DASHES, from) < 0 ? -1 : data.indexOf(LF_DASHES, from)
    const at = hit >= 0 ? hit + 1 : this.#lastLineStart(data, from)
    this.#atLineStart = hit >= 0 || at < data.length || data[at - 1] === LF
    return at
  }

  /** The end of the data, or its last octet when that is a dash beginning a line. */
  #lastLineStart(data: Buffer, from: number): number {
    const end = data.length - 1
    return end > from && data[end] === DASH && data[end - 1] === LF ? end : data.length
  }

  #delimiterAt(data: Buffer, at: number, end: number): Delimiter | undefined {
    if (data[at] !== DASH || data[at + 1] !== DASH || end - at >= HELD_LINE || !this.#tree.watching)
      return undefined
    return this.#tree.findDelimiter(data, at, end)
  }

  /** A delimiter stands at `at`. The line break before it is its own (RFC 2046 §5.1.1), unless it ended a header. */
  #split(data: Buffer, at: number, next: number, delimiter: Delimiter): number {
    this.#countTo(data, at)
    const line = this.#base + at
    const breakSize = this.#octetBefore(data, at, 2) === CR ? 2 : 1
    const linesBefore = (offset: number) => (offset === line ? this.#lines : this.#lines - 1)
    while (this.#inHeader) {
      const bodyOffset = Math.max(this.#tree.innermost.headerOffset, line - breakSize)
      this.#leaveHeader(bodyOffset, linesBefore(bodyOffset))
    }
    const end = Math.max(line - breakSize, this.#tree.innermost.bodyOffset)
    const begins = this.#tree.split(delimiter, end, linesBefore(end), this.#base + next)
    this.#countTo(data, next)
    if (begins) this.#enterHeader(this.#lines)
    this.#atLineStart = true
    return next
  }
}

/** Whether a header block holds nothing but its closing empty line, or nothing. */
const isBlank = (block: Buffer) => block.length === 0 || (block.length <= 2 && block[block.length - 1] === LF)

/** The index of a whole message. */
export function indexMessage(bytes: Uint8Array): MimeIndex {
  const indexer = new MimeIndexer()
  indexer.push(bytes)
  return indexer.finish()
}
