import { type SaxesAttributeNS, SaxesParser } from 'saxes'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { XmlFault } from './xml-fault.ts'

/** What a document may be at most; beyond it the reader throws XmlFault, before it has taken much more into memory. */
export type XmlLimits = {
  /** Elements within elements. */
  depth: number
  /** Elements of one document. */
  elements: number
  /** Attributes of one element. */
  attributes: number
  /** Characters of one attribute. */
  attributeChars: number
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

export type XmlAttributes = Readonly<Record<string, SaxesAttributeNS>>

/** Is told what stands in the document, in its order. SyntaxFault from it becomes XmlFault with the place. */
export interface XmlVisitor {
  /** Says whether the text of this element is wanted in pieces as they arrive; else it comes between two tags at once. */
  open(namespace: string, name: string, attributes: XmlAttributes): boolean
  text(text: string): void
  close(): void
  /** The root was closed. */
  end(): void
}

/** Encodings a document may say that it has; which of the two it is, its first octets decide. */
const encodings = /^(?:utf-?8|utf-?16(?:le|be)?|us-ascii)$/i
const prologueChars = 64 * 1024
const longOctets = 512

/**
 * Takes the octets of documents (UTF-8 or UTF-16) in pieces of any size. Namespaces are resolved, every rule of
 * well-formedness is held (saxes), there is no DTD and no entity beyond the five of XML. After the root of one document
 * another may begin, as in the reply to GetStreamingEvents, if `several` says so.
 */
export class MarkupReader {
  readonly #visitor: XmlVisitor
  readonly #limits: XmlLimits
  readonly #several: boolean
  readonly #lenient: boolean
  /** There is a reference in the text that means no character. */
  #meaningless = false
  #decoder: TextDecoder | undefined
  #parser: SaxesParser<{ xmlns: true }>
  #depth = 0
  #elements = 0
  #begun = false
  #over = false
  /** Characters since the last event: what the parser holds back. */
  #quiet = 0
  /** Characters given to the parser. */
  #fed = 0
  /** The element under way wants its text in pieces; its tag ended at this position. */
  #piecesFrom: number | undefined
  /** What the parser may be in the middle of, within such an element. */
  #within: 'text' | 'reference' | 'markup' = 'text'
  /** It is in the middle of text, and stays there while neither `<` nor `&` comes. */
  #aside = false
  #closedAt = 0

  /** `lenient`: references to characters that XML does not have are left out. */
  constructor(
    visitor: XmlVisitor,
    options: { limits?: Partial<XmlLimits>; several?: boolean; lenient?: boolean } = {},
  ) {
    this.#visitor = visitor
    this.#limits = { ...usualLimits, ...options.limits }
    this.#several = options.several ?? false
    this.#lenient = options.lenient ?? false
    this.#parser = this.#newParser()
  }

  push(octets: Uint8Array): void {
    if (octets.length === 0) return
    this.#decoder ??= decoderFor(octets)
    // In UTF-8 alone an octet of `<` is nothing else; where one of several documents ends, characters are counted.
    if (this.#decoder.encoding === 'utf-8' && !this.#several) this.#guard(() => this.#takeOctets(octets))
    else this.#guard(() => this.#take(this.#decode(octets)))
  }

  /** There are no more octets: XmlFault when a document is not complete, or when there was none. */
  finish(): void {
    this.#guard(() => {
      const rest = this.#decode()
      if (rest !== '') this.#take(rest)
      if (this.#over) return
      if (this.#several && this.#fed === 0) return
      this.#parser.close()
      if (!this.#over) throw new SyntaxFault('There is no document')
    })
  }

  #decode(octets?: Uint8Array): string {
    try {
      if (octets === undefined) return this.#decoder?.decode() ?? ''
      return this.#decoder!.decode(octets, { stream: true })
    } catch {
      throw new SyntaxFault('There are octets that are no character')
    }
  }

  #guard(read: () => void): void {
    try {
      read()
    } catch (error) {
      if (!(error instanceof SyntaxFault) || error instanceof XmlFault) throw error
      throw new XmlFault(error.message, this.#parser.line, this.#parser.column + 1)
    }
  }

  #take(text: string): void {
    let rest = text
    while (rest !== '') {
      if (this.#over && this.#several) {
        rest = rest.replace(/^[\s\ufeff]+/, '')
        if (rest === '') return
        this.#restart()
      }
      rest = this.#write(rest)
    }
  }

  /**
   * The same, where long text passes the parser by. It is a string of its own: a word of the markup that somebody keeps would
   * else keep the text beside it in memory.
   */
  #takeOctets(octets: Uint8Array): void {
    let rest = Buffer.from(octets.buffer, octets.byteOffset, octets.length)
    while (rest.length > 0) {
      const end = this.#aside ? markupAt(rest) : longTextAt(rest)
      const text = this.#decode(rest.subarray(0, end))
      rest = rest.subarray(end)
      if (this.#aside && text !== '') this.#visitor.text(text)
      else if (text !== '') this.#write(text)
      if (rest.length > 0 && (rest[0] === LESS || rest[0] === AND)) this.#aside = false
    }
  }

  /** Gives what is behind the end of the document, if the end was in it. */
  #write(markup: string): string {
    this.#quiet += markup.length
    this.#checkQuiet(markup)
    const before = this.#fed
    this.#feed(markup)
    if (this.#over && this.#several) return markup.slice(this.#closedAt - before)
    if (this.#piecesFrom !== undefined) {
      this.#follow(markup.slice(Math.max(0, this.#piecesFrom - before)))
      if (this.#within === 'text') {
        // A comment of ours makes the parser hand over the text that it has.
        this.#feed('<!---->')
        this.#aside = true
      }
    }
    return ''
  }

  #feed(markup: string): void {
    this.#fed += markup.length
    this.#parser.write(markup)
  }

  /** Where the parser is, after this much of an element that wants its text in pieces. */
  #follow(text: string): void {
    if (text.includes('<')) this.#within = 'markup'
    if (this.#within === 'markup') return
    const reference = text.lastIndexOf('&')
    if (reference >= 0) this.#within = 'reference'
    if (this.#within === 'reference' && text.includes(';', Math.max(0, reference))) this.#within = 'text'
  }

  #checkQuiet(markup: string): void {
    if (!this.#begun) {
      if (/<!D/i.test(markup)) throw new SyntaxFault('A document type declaration is not allowed')
      if (this.#quiet > prologueChars + markup.length) throw new SyntaxFault('There is no document')
    }
    if (this.#quiet > this.#limits.textChars + markup.length)
      throw new SyntaxFault('Something goes on for too long')
  }

  #begin(encoding: string | undefined): void {
    this.#begun = true
    if (encoding !== undefined && !encodings.test(encoding)) {
      throw new SyntaxFault(`The encoding ${encoding} is not understood`)
    }
  }

  #count(attributes: XmlAttributes): void {
    const { depth, elements, attributes: most, attributeChars } = this.#limits
    if (++this.#depth > depth) throw new SyntaxFault('There are too many elements within each other')
    if (++this.#elements > elements) throw new SyntaxFault('There are too many elements')
    let count = 0
    for (const name in attributes) {
      if (++count > most) throw new SyntaxFault('There are too many attributes')
      if (attributes[name]!.value.length > attributeChars) throw new SyntaxFault('An attribute is too long')
    }
  }

  #restart(): void {
    this.#parser = this.#newParser()
    this.#depth = 0
    this.#elements = 0
    this.#quiet = 0
    this.#begun = false
    this.#over = false
    this.#fed = 0
    this.#piecesFrom = undefined
  }

  #newParser(): SaxesParser<{ xmlns: true }> {
    const parser = new SaxesParser({ xmlns: true, position: false })
    const visitor = this.#visitor
    // Behind the end of one of several documents the parser sees what is not its own.
    const stale = (): boolean => this.#over && this.#several

    // No more than six of them: with a seventh V8 keeps the parser's fields in a hash table, at a fifth of the speed.
    parser.on('error', ({ message }) => {
      if (stale()) return
      if (this.#lenient && message === 'malformed character entity.') this.#meaningless = true
      else throw new SyntaxFault(`The document is not well-formed: ${message}`)
    })
    parser.on('doctype', () => {
      throw new SyntaxFault('A document type declaration is not allowed')
    })
    parser.on('opentag', ({ uri, local, attributes }) => {
      if (stale()) return
      if (!this.#begun) this.#begin(parser.xmlDecl.encoding)
      this.#quiet = 0
      this.#count(attributes)
      this.#piecesFrom = visitor.open(uri, local, attributes) ? parser.position : undefined
      this.#within = 'text'
    })
    const text = (text: string): void => {
      if (stale() || this.#depth === 0) return
      this.#quiet = 0
      visitor.text(this.#meaningless ? text.replace(/&#(?:\d{1,9}|x[0-9a-f]{1,9});/gi, '') : text)
      this.#meaningless = false
    }
    parser.on('text', text)
    parser.on('cdata', text)
    parser.on('closetag', () => {
      if (stale()) return
      this.#quiet = 0
      this.#piecesFrom = undefined
      visitor.close()
      if (--this.#depth > 0) return
      this.#over = true
      this.#closedAt = parser.position
      visitor.end()
    })
    return parser
  }
}

const LESS = 0x3c
const GREATER = 0x3e
const AND = 0x26

/** Where a tag ends behind which long text stands: it need not go through the parser, if it is wanted in pieces. */
function longTextAt(markup: Buffer): number {
  for (let from = 0; from < markup.length; ) {
    const found = markup.indexOf(LESS, from)
    const end = found < 0 ? markup.length : found
    if (end - from >= longOctets) {
      const tag = markup.lastIndexOf(GREATER, end) + 1
      if (tag > from && end - tag >= longOctets) return tag
    }
    from = end + 1
  }
  return markup.length
}

/** Where text ends: at a tag or a reference. */
function markupAt(octets: Buffer): number {
  const tag = octets.indexOf(LESS)
  const text = tag < 0 ? octets : octets.subarray(0, tag)
  const reference = text.indexOf(AND)
  return reference < 0 ? text.length : reference
}

/** By the mark at the beginning, or by how the first `<` is written (XML 1.0 appendix F). */
function decoderFor(octets: Uint8Array): TextDecoder {
  const [first, second] = octets
  const label =
    (first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)
      ? 'utf-16le'
      : (first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)
        ? 'utf-16be'
        : 'utf-8'
  return new TextDecoder(label, { fatal: true })
}
