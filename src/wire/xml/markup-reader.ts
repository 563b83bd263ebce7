import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { countOctet } from '#src/formats/mime/octet-count.ts'
import { charactersOf, linesOf, textOf } from './char-data.ts'
import { GatheredOctets } from './gathered-octets.ts'
import { beginsWith, isPlainName, type Name, Namespaces } from './markup-names.ts'
import { NotWellFormed } from './not-well-formed.ts'
import { asBuffer } from './octets.ts'
import { readStartTag, skipBlanks, type TagLimits, type XmlAttribute } from './start-tag.ts'
import { XmlFault } from './xml-fault.ts'

/** What a document may be at most; beyond it the reader throws XmlFault, before it has taken much more into memory. */
export type XmlLimits = TagLimits & {
  /** Elements within elements. */
  depth: number
  /** Elements of one document. */
  elements: number
  /** Characters of text (of all elements together) that are kept in memory; base64 counts for itself. */
  textChars: number
}

const usualLimits: XmlLimits = {
  depth: 100,
  elements: 500_000,
  attributes: 64,
  attributeChars: 64 * 1024,
  textChars: 32 * 1024 * 1024,
}

/** Is told what stands in the document, in its order. SyntaxFault from it becomes XmlFault with the place. */
export interface XmlVisitor {
  /** Says whether the text of this element is wanted as octets, in pieces as they arrive, as they stand. */
  open(namespace: string, name: string, attributes: readonly XmlAttribute[]): boolean
  /** Text, or a part of it. */
  text(text: string): void
  /** The same of an element that wants octets; they are overwritten when the call is over. Nobody has looked at them yet. */
  octets(octets: Buffer): void
  close(): void
  /** The root was closed. */
  end(): void
}

/** Encodings a document may say that it has; which of the two it is, its first octets decide. */
const encodings = /^(?:utf-?8|utf-?16(?:le|be)?|us-ascii)$/i
const prologueBytes = 64 * 1024
/** No reference is as long. */
const referenceBytes = 1_024

const LINE_FEED = 0x0a
const RETURN = 0x0d
const BANG = 0x21
const AND = 0x26
const SLASH = 0x2f
const SEMICOLON = 0x3b
const LESS = 0x3c
const GREATER = 0x3e
const QUESTION = 0x3f
const BRACKET = 0x5d
const QUOTE = 0x22
const APOSTROPHE = 0x27
const MARK = Buffer.from('\ufeff')
const COMMENT = Buffer.from('<!--')
const CDATA = Buffer.from('<![CDATA[')

/** What begins with `<`; undefined while its first octets do not say it yet. */
type Kind = 'tag' | 'comment' | 'cdata' | 'instruction' | undefined

/**
 * Takes the octets of documents (UTF-8 or UTF-16) in pieces of any size. Namespaces are resolved, every rule of
 * well-formedness is held, there is no DTD and no entity beyond the five of XML. After the root of one document
 * another may begin, as in the reply to GetStreamingEvents, if `several` says so.
 *
 * Octets are read where they lie: a string is made of what somebody wants as a string. What a piece breaks off in the middle of is
 * held until the rest of it comes.
 */
export class MarkupReader {
  readonly #visitor: XmlVisitor
  readonly #limits: XmlLimits
  readonly #several: boolean
  readonly #lenient: boolean
  /** Of UTF-16; undefined for UTF-8. */
  #decoder: TextDecoder | undefined
  /** The first octets of all, until there are enough to tell the encoding. */
  #first: Buffer | undefined = Buffer.alloc(0)
  readonly #held = new GatheredOctets()
  /** In what is held: where the tag was read to, and the quotes that it is between there. */
  #seen = 0
  #quote = 0
  readonly #names: Name[] = []
  #namespaces = new Namespaces()
  #elements = 0
  /** Octets since the last tag. */
  #quiet = 0
  #isBegun = false
  #isOver = false
  #wantsOctets = false
  /** Where the piece under way begins, and how far it was read. */
  #lines = 0
  #column = 0
  #at = 0

  /** `lenient`: references to characters that XML does not have are left out. */
  constructor(
    visitor: XmlVisitor,
    options: { limits?: Partial<XmlLimits>; several?: boolean; lenient?: boolean } = {},
  ) {
    this.#visitor = visitor
    this.#limits = { ...usualLimits, ...options.limits }
    this.#several = options.several ?? false
    this.#lenient = options.lenient ?? false
  }

  /** Nothing of the octets is kept. */
  push(octets: Uint8Array): void {
    if (octets.length === 0) return
    const piece = asBuffer(octets)
    if (this.#first !== undefined) this.#begin(Buffer.concat([this.#first, piece]), false)
    else this.#take(piece)
  }

  /** There are no more octets: XmlFault when a document is not complete, or when there was none. */
  finish(): void {
    if (this.#first !== undefined) this.#begin(this.#first, true)
    this.#guard(undefined, () => {
      if (this.#decoder !== undefined) this.#decode(this.#decoder)
      if (this.#held.sizeBytes > 0 || this.#names.length > 0) throw new NotWellFormed('unexpected end.')
      const isEmpty = this.#several && !this.#isBegun && this.#quiet === 0
      if (!this.#isOver && !isEmpty) throw new NotWellFormed('document must contain a root element.')
    })
  }

  /** By the mark at the beginning, or by how the first `<` is written (XML 1.0 appendix F). */
  #begin(piece: Buffer, isAll: boolean): void {
    this.#first = piece
    if (piece.length < MARK.length && !isAll) return
    this.#first = undefined
    const [first, second] = piece
    const isLittle = (first === 0xff && second === 0xfe) || (first === LESS && second === 0)
    const isBig = (first === 0xfe && second === 0xff) || (first === 0 && second === LESS)
    if (isLittle || isBig)
      this.#decoder = new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be', { fatal: true })
    this.#take(piece.subarray(0, MARK.length).equals(MARK) ? piece.subarray(MARK.length) : piece)
  }

  #take(piece: Buffer): void {
    const decoder = this.#decoder
    let octets = piece
    if (decoder !== undefined)
      this.#guard(undefined, () => (octets = Buffer.from(this.#decode(decoder, piece))))
    this.#guard(octets, () => this.#read(octets))
    this.#pass(octets, octets.length)
  }

  #decode(decoder: TextDecoder, octets?: Uint8Array): string {
    try {
      return octets === undefined ? decoder.decode() : decoder.decode(octets, { stream: true })
    } catch {
      throw new NotWellFormed('there are octets that are no character.')
    }
  }

  #guard(octets: Buffer | undefined, read: () => void): void {
    try {
      this.#at = 0
      read()
    } catch (error) {
      if (!(error instanceof SyntaxFault) || error instanceof XmlFault) throw error
      if (octets !== undefined) this.#pass(octets, Math.min(this.#at, octets.length))
      throw new XmlFault(error.message, this.#lines + 1, this.#column + 1)
    }
  }

  /** Counts the lines of what was read. */
  #pass(octets: Buffer, to: number): void {
    const last = to === 0 ? -1 : octets.lastIndexOf(LINE_FEED, to - 1)
    if (last < 0) this.#column += to
    else {
      this.#lines += countOctet(octets, LINE_FEED, 0, to)
      this.#column = to - last - 1
    }
  }

  #read(piece: Buffer): void {
    let octets = piece
    if (this.#held.sizeBytes > 0) {
      if (this.#held.here[0] === LESS) this.#at = this.#goOn(piece)
      else {
        // Little of a text, or of a mark.
        octets = Buffer.concat([this.#held.here, piece])
        this.#held.clear()
      }
    }
    while (this.#at < octets.length) {
      if (this.#isOver && this.#several && !this.#renewed(octets)) return
      this.#at = octets[this.#at] === LESS ? this.#markup(octets, this.#at) : this.#text(octets, this.#at)
    }
  }

  /** Behind one of several documents: whether another one begins in these octets. */
  #renewed(octets: Buffer): boolean {
    for (;;) {
      this.#at = skipBlanks(octets, this.#at, octets.length)
      if (this.#at === octets.length) return false
      const next = octets.subarray(this.#at, this.#at + MARK.length)
      if (!next.equals(MARK.subarray(0, next.length))) break
      if (next.length < MARK.length) {
        this.#held.add(next)
        this.#at = octets.length
        return false
      }
      this.#at += MARK.length
    }
    this.#namespaces = new Namespaces()
    this.#elements = 0
    this.#quiet = 0
    this.#isBegun = false
    this.#isOver = false
    return true
  }

  /** What is held goes on; answers where it ends, or where the piece does. */
  #goOn(piece: Buffer): number {
    for (let at = 0; at < piece.length; ) {
      const found = piece.indexOf(GREATER, at)
      const until = found < 0 ? piece.length : found + 1
      this.#held.add(piece.subarray(at, until))
      at = until
      this.#checkLength(this.#held.sizeBytes)
      const here = this.#held.here
      const kind = kindOf(here, 0)
      if (found < 0 || kind === undefined || !this.#isWhole(kind, here)) continue
      this.#whole(kind, here, 0, here.length)
      this.#held.clear()
      return at
    }
    return piece.length
  }

  /** Whether what is held, which ends with `>`, ends there. */
  #isWhole(kind: Kind, here: Buffer): boolean {
    const before = here[here.length - 2]
    if (kind === 'instruction') return before === QUESTION && here.length >= 4
    if (kind === 'comment') return before === 0x2d && here[here.length - 3] === 0x2d && here.length >= 7
    if (kind === 'cdata')
      return before === BRACKET && here[here.length - 3] === BRACKET && here.length >= CDATA.length + 3
    return this.#endOfTag(here, this.#seen) >= 0
  }

  /** What begins with `<` there: answers where it ends. */
  #markup(octets: Buffer, from: number): number {
    const kind = kindOf(octets, from)
    const last = kind === undefined ? -1 : this.#endOf(kind, octets, from)
    if (last < 0) {
      this.#held.add(octets.subarray(from))
      this.#seen = kind === 'tag' ? octets.length - from : 1
      if (kind !== 'tag') this.#quote = 0
      this.#checkLength(this.#held.sizeBytes)
      return octets.length
    }
    this.#whole(kind, octets, from, last + 1)
    return last + 1
  }

  /** Where its `>` stands; -1: not in these octets. */
  #endOf(kind: Kind, octets: Buffer, from: number): number {
    if (kind === 'tag') {
      this.#quote = 0
      return this.#endOfTag(octets, from + 1)
    }
    const [end, begin] =
      kind === 'comment' ? ['-->', 4] : kind === 'cdata' ? [']]>', 9] : (['?>', 2] as const)
    const found = octets.indexOf(end as string, from + (begin as number), 'latin1')
    return found < 0 ? -1 : found + (end as string).length - 1
  }

  #endOfTag(octets: Buffer, from: number): number {
    let quote = this.#quote
    for (let at = from; at < octets.length; at++) {
      const octet = octets[at]!
      if (octet === LESS) throw new NotWellFormed('disallowed character in a tag.')
      if (quote !== 0) {
        if (octet === quote) quote = 0
      } else if (octet === GREATER) return at
      else if (octet === QUOTE || octet === APOSTROPHE) quote = octet
    }
    this.#quote = quote
    this.#seen = octets.length
    return -1
  }

  /** From its `<` to behind its `>`. */
  #whole(kind: Kind, octets: Buffer, from: number, to: number): void {
    switch (kind) {
      case 'tag':
        if (octets[from + 1] === SLASH) this.#endTag(octets, from + 2, to - 1)
        else this.#startTag(octets, from + 1, to - 1)
        this.#quiet = 0
        return
      case 'comment': {
        const text = charactersOf(octets, from + COMMENT.length, to - 3)
        if (text.includes('--') || text.endsWith('-')) throw new NotWellFormed('malformed comment.')
        break
      }
      case 'cdata': {
        if (this.#names.length === 0) throw new NotWellFormed('text data outside of root node.')
        const text = linesOf(octets, from + CDATA.length, to - 3)
        if (text !== '') this.#visitor.text(text)
        break
      }
      default:
        this.#instruction(octets, from, to)
    }
    this.#hush(to - from)
  }

  #startTag(octets: Buffer, from: number, to: number): void {
    if (this.#isOver) throw new NotWellFormed('documents may contain only one root.')
    const { depth, elements } = this.#limits
    const where = {
      depth: this.#names.length,
      namespaces: this.#namespaces,
      limits: this.#limits,
      lenient: this.#lenient,
    }
    const { name, attributes, isEmpty } = readStartTag(octets, from, to, where)
    const namespace = this.#namespaces.ofElement(name)
    if (this.#names.push(name) > depth) throw new SyntaxFault('There are too many elements within each other')
    if (++this.#elements > elements) throw new SyntaxFault('There are too many elements')
    this.#isBegun = true
    this.#wantsOctets = this.#visitor.open(namespace, name.local, attributes)
    if (isEmpty) this.#close()
  }

  #endTag(octets: Buffer, from: number, to: number): void {
    const name = this.#names.at(-1)
    const end = from + (name?.octets.length ?? 0)
    if (name === undefined || !beginsWith(name, octets, from) || skipBlanks(octets, end, to) !== to)
      throw new NotWellFormed('unmatched closing tag.')
    this.#close()
  }

  #close(): void {
    this.#wantsOctets = false
    this.#visitor.close()
    this.#names.pop()
    this.#namespaces.leave(this.#names.length)
    if (this.#names.length > 0) return
    this.#isOver = true
    this.#visitor.end()
  }

  #instruction(octets: Buffer, from: number, to: number): void {
    const text = charactersOf(octets, from + 2, to - 2)
    const [target] = text.split(/[ \t\r\n]/, 1) as [string]
    if (!isPlainName(target)) throw new NotWellFormed('disallowed character in processing instruction name.')
    if (target.toLowerCase() !== 'xml') return
    if (target !== 'xml' || this.#isBegun || this.#quiet > 0)
      throw new NotWellFormed('the XML declaration must appear at the start of the document.')
    const declared = declaration.exec(text)
    if (declared === null) throw new NotWellFormed('the XML declaration is none.')
    const encoding = declared[1] ?? declared[2]
    if (encoding !== undefined && !encodings.test(encoding))
      throw new SyntaxFault(`The encoding ${encoding} is not understood`)
  }

  /** Text begins there: answers where it ends. What it breaks off in the middle of is held. */
  #text(octets: Buffer, from: number): number {
    const found = octets.indexOf(LESS, from)
    const to = found < 0 ? octets.length : found
    if (this.#names.length === 0) {
      if (skipBlanks(octets, from, to) !== to) throw new NotWellFormed('text data outside of root node.')
      this.#hush(to - from)
      return to
    }
    let begin = from
    if (this.#wantsOctets) {
      const reference = octets.subarray(from, to).indexOf(AND)
      begin = reference < 0 ? to : from + reference
      if (begin > from) this.#visitor.octets(octets.subarray(from, begin))
    }
    const end = found < 0 ? endOfWhole(octets, begin) : to
    if (end > begin) this.#visitor.text(textOf(octets, begin, end, this.#lenient))
    if (end < to) this.#held.add(octets.subarray(end))
    if (!this.#wantsOctets) this.#hush(end - from)
    return to
  }

  #hush(octets: number): void {
    this.#quiet += octets
    if (!this.#isBegun && this.#quiet > prologueBytes) throw new SyntaxFault('There is no document')
    this.#checkLength(this.#quiet)
  }

  #checkLength(octets: number): void {
    if (octets > this.#limits.textChars) throw new SyntaxFault('Something goes on for too long')
  }
}

/** What stands between `<?` and `?>` at the beginning (XML 1.0 §2.8). */
const declaration = new RegExp(
  String.raw`^xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')` +
    String.raw`(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)'))?` +
    String.raw`(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*$`,
)

/** Throws NotWellFormed for what may not be there, a document type declaration above all. */
function kindOf(octets: Buffer, from: number): Kind {
  const second = octets[from + 1]
  if (second === undefined) return undefined
  if (second === QUESTION) return 'instruction'
  if (second !== BANG) return 'tag'
  if (isThere(COMMENT, octets, from)) return octets.length - from >= COMMENT.length ? 'comment' : undefined
  if (isThere(CDATA, octets, from)) return octets.length - from >= CDATA.length ? 'cdata' : undefined
  if (/d/i.test(String.fromCharCode(octets[from + 2]!)))
    throw new SyntaxFault('A document type declaration is not allowed')
  throw new NotWellFormed('incorrect syntax.')
}

/** As far as there are octets. */
function isThere(what: Buffer, octets: Buffer, from: number): boolean {
  const most = Math.min(what.length, octets.length - from)
  for (let at = 0; at < most; at++) if (octets[from + at] !== what[at]) return false
  return true
}

/**
 * Where text that goes on in the next piece may be cut: not within a character, a reference, a line end, nor before what `>` would
 * make the end of CDATA.
 */
function endOfWhole(octets: Buffer, from: number): number {
  let end = octets.length
  for (let back = 1; back <= 3 && end - back >= from; back++) {
    const octet = octets[end - back]!
    if (octet < 0x80) break
    if (octet < 0xc0) continue
    const length = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2
    if (length > back) end -= back
    break
  }
  const reference = octets.subarray(from, end).lastIndexOf(AND)
  if (reference >= 0 && octets.indexOf(SEMICOLON, from + reference) < 0) {
    if (end - from - reference > referenceBytes) throw new NotWellFormed('malformed entity name.')
    return from + reference
  }
  if (octets[end - 1] === RETURN) return Math.max(from, end - 1)
  for (let most = 2; most > 0 && end > from && octets[end - 1] === BRACKET; most--) end--
  return end
}
