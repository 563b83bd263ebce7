import type { HeaderField } from '../header/fields.ts'
import { readContentFields } from './content-fields.ts'
import { envelopeOfFields } from './envelope.ts'
import type { MimePart } from './part.ts'

/** Deeper multiparts and messages are not looked into; real mail stays below ten. */
const MAX_DEPTH = 100
/** What would follow belongs to what surrounds it (LIM-11 allows 500 attachments). */
export const MAX_PARTS = 10_000
/** RFC 2046 §5.1.1 allows 70. */
const MAX_BOUNDARY = 500

/** A part whose end has not been seen. */
interface OpenPart {
  part: MimePart
  /** Set while delimiters of this multipart count: until its closing one. */
  boundary?: string
  /** Line feeds of the message before the body. */
  linesBefore: number
  /** The message this part is the root of: what stands before its section numbers, and where its envelope goes. */
  rootOf?: { prefix: string; holder?: MimePart }
}

/** What a delimiter line means: to which open multipart it belongs, and whether it is the last of it. */
export interface Delimiter {
  level: number
  closing: boolean
}

const newPart = (path: string, headerOffset: number): MimePart => ({
  path,
  headerOffset,
  bodyOffset: headerOffset,
  // Until its end is seen.
  bodyEnd: Number.POSITIVE_INFINITY,
  bodyLines: 0,
  type: 'text',
  subtype: 'plain',
  params: {},
  encoding: '7bit',
  parts: [],
})

const unencoded = new Set(['7bit', '8bit', 'binary'])

/** The tree under construction: the indexer says what begins and ends where, this knows what it belongs to. */
export class PartTree {
  readonly root: MimePart = newPart('1', 0)
  /** From the root to the part being read. */
  readonly #open: OpenPart[] = [{ part: this.root, linesBefore: 0, rootOf: { prefix: '' } }]
  /** Levels of the open multiparts by boundary, innermost last. */
  readonly #boundaries = new Map<string, number[]>()
  readonly #entered: ((part: MimePart) => void) | undefined
  #count = 1

  /** `entered`: told of each part as its body begins, before those within it. */
  constructor(entered?: (part: MimePart) => void) {
    this.#entered = entered
  }

  /** Whether any line can be a delimiter. */
  get watching(): boolean {
    return this.#boundaries.size > 0
  }

  /** The part being read: its header, its body, or what stands around its children. */
  get innermost(): MimePart {
    return this.#open.at(-1)!.part
  }

  /**
   * Reads a line that starts with `--` as a delimiter of the innermost multipart it fits. The whole line counts, so that
   * one boundary may be the beginning of another; blanks after it are allowed (RFC 2046 §5.1.1).
   */
  findDelimiter(bytes: Buffer, from: number, end: number): Delimiter | undefined {
    let last = end
    while (last > from && (bytes[last - 1] === 32 || bytes[last - 1] === 9 || bytes[last - 1] === 13)) last--
    if (last - from <= 2 || last - from > MAX_BOUNDARY + 4) return undefined
    const text = bytes.toString('latin1', from + 2, last)
    const whole = this.#boundaries.get(text)?.at(-1)
    if (whole !== undefined) return { level: whole, closing: false }
    const level = text.endsWith('--') ? this.#boundaries.get(text.slice(0, -2))?.at(-1) : undefined
    return level === undefined ? undefined : { level, closing: true }
  }

  /**
   * The header of the innermost part is read; its body begins at `bodyOffset` after `lines` line feeds.
   * True when the body begins with another header: that of a nested message.
   */
  enterBody(fields: readonly HeaderField[], bodyOffset: number, lines: number): boolean {
    const open = this.#open.at(-1)!
    const { part, rootOf } = open
    const parent = this.#open.at(-2)?.part
    part.bodyOffset = bodyOffset
    open.linesBefore = lines
    const inDigest = rootOf === undefined && parent?.type === 'multipart' && parent.subtype === 'digest'
    Object.assign(part, readContentFields(fields, inDigest))
    if (rootOf?.holder?.message) rootOf.holder.message.envelope = envelopeOfFields(fields)
    if (part.type === 'multipart') {
      this.#enterMultipart(open)
      this.#entered?.(part)
      return false
    }
    if (rootOf) part.path = `${rootOf.prefix}1`
    this.#entered?.(part)
    const isMessage = part.type === 'message' && (part.subtype === 'rfc822' || part.subtype === 'global')
    return isMessage && unencoded.has(part.encoding) && this.#enterMessage(part)
  }

  /** Applies a delimiter: what it ends, ends at `end`. True when it begins a new part, whose header starts at `next`. */
  split(delimiter: Delimiter, end: number, lines: number, next: number): boolean {
    this.#closeAbove(delimiter.level, end, lines)
    const { part, rootOf } = this.#open[delimiter.level]!
    if (delimiter.closing) this.#stopWatching(delimiter.level)
    if (delimiter.closing || this.#count >= MAX_PARTS) return false
    this.#count++
    const prefix = rootOf ? rootOf.prefix : `${part.path}.`
    const child = newPart(`${prefix}${part.parts.length + 1}`, next)
    part.parts.push(child)
    this.#open.push({ part: child, linesBefore: lines })
    return true
  }

  /** The message ends: everything open ends with it. */
  finish(end: number, lines: number): void {
    this.#closeAbove(-1, end, lines)
  }

  #enterMultipart(open: OpenPart): void {
    const { boundary } = open.part.params
    if (open.rootOf) open.part.path = `${open.rootOf.prefix}TEXT`
    if (!boundary || boundary.length > MAX_BOUNDARY || this.#open.length > MAX_DEPTH) return
    // Octets again: parameters were read as Unicode, lines of the message were not.
    open.boundary = Buffer.from(boundary).toString('latin1').trimEnd()
    const level = this.#open.length - 1
    const levels = this.#boundaries.get(open.boundary)
    if (levels) levels.push(level)
    else this.#boundaries.set(open.boundary, [level])
  }

  #enterMessage(holder: MimePart): boolean {
    if (this.#open.length > MAX_DEPTH || this.#count >= MAX_PARTS) return false
    this.#count++
    const root = newPart(`${holder.path}.1`, holder.bodyOffset)
    holder.message = { envelope: {}, root }
    this.#open.push({ part: root, linesBefore: 0, rootOf: { prefix: `${holder.path}.`, holder } })
    return true
  }

  #stopWatching(level: number): void {
    const open = this.#open[level]!
    if (open.boundary === undefined) return
    const levels = this.#boundaries.get(open.boundary)!
    levels.pop()
    if (levels.length === 0) this.#boundaries.delete(open.boundary)
    delete open.boundary
  }

  #closeAbove(level: number, end: number, lines: number): void {
    while (this.#open.length > level + 1) {
      this.#stopWatching(this.#open.length - 1)
      const { part, linesBefore, rootOf } = this.#open.pop()!
      part.bodyEnd = end
      part.bodyLines = lines - linesBefore
      if (part.type === 'multipart' && part.parts.length === 0) this.#unsplit(part, rootOf?.prefix)
    }
  }

  /** A multipart in which no part was found: text, so that its content can be seen (RFC 2045 §5.2); too deep, a file. */
  #unsplit(part: MimePart, rootPrefix: string | undefined): void {
    const tooDeep = this.#open.length >= MAX_DEPTH
    part.type = tooDeep ? 'application' : 'text'
    part.subtype = tooDeep ? 'octet-stream' : 'plain'
    part.params = {}
    if (rootPrefix !== undefined) part.path = `${rootPrefix}1`
  }
}
