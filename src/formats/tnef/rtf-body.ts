import { RtfFonts } from './rtf-fonts.ts'
import { RtfText } from './rtf-text.ts'
import { type RtfToken, rtfTokens } from './rtf-tokens.ts'

/** What an RTF body says, and whether it says it as HTML that was wrapped in RTF, as text so wrapped, or as RTF proper. */
interface RtfBody {
  form: 'html' | 'text' | 'rtf'
  /** HTML when `form` is html, otherwise plain text with CRLF line ends. */
  content: string
}

/** Destinations whose content is not what the reader reads. */
const unread = new Set(
  (
    'fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf ' +
    'footnote listtable listoverridetable revtbl rsidtbl generator xmlnstbl mhtmltag themedata latentstyles datastore'
  ).split(' '),
)

/** Words that stand for a character: as text and, in HTML content, as a reference (MS-OXRTFEX §2.1.3.2). */
const characters: Record<string, readonly [text: string, html: string]> = {
  par: ['\r\n', '\r\n'],
  line: ['\r\n', '\r\n'],
  sect: ['\r\n', '\r\n'],
  page: ['\r\n', '\r\n'],
  row: ['\r\n', '\r\n'],
  cell: ['\t', '\t'],
  tab: ['\t', '\t'],
  lquote: ['\u2018', '&lsquo;'],
  rquote: ['\u2019', '&rsquo;'],
  ldblquote: ['\u201c', '&ldquo;'],
  rdblquote: ['\u201d', '&rdquo;'],
  bullet: ['\u2022', '&bull;'],
  endash: ['\u2013', '&ndash;'],
  emdash: ['\u2014', '&mdash;'],
}

const symbols: Record<string, readonly [text: string, html: string]> = {
  '~': ['\u00a0', '&nbsp;'],
  _: ['\u00ad', '&shy;'],
  '-': ['\u00ad', '&shy;'],
  '{': ['{', '{'],
  '}': ['}', '}'],
  '\\': ['\\', '\\'],
}

/** Properties that a closing brace takes back. */
interface Group {
  font: number
  /** How many characters after \u stand in for it (\uc). */
  fallback: number
  unread: boolean
  fonts: boolean
  /** Inside {\*\htmltag …}: markup. */
  markup: boolean
  /** Between \htmlrtf and \htmlrtf0: what only an RTF reader should see. */
  rtfOnly: boolean
  hidden: boolean
}

/** MS-OXRTFEX §2.1.3.1.1: \fromhtml1 or \fromtext is among the first words. */
const HEAD_TOKENS = 30
const MAX_DEPTH = 1_000

class RtfReader {
  form: RtfBody['form'] = 'rtf'
  readonly text = new RtfText()
  readonly #fonts = new RtfFonts()
  readonly #outer: Group[] = []
  #group: Group = {
    font: -1,
    fallback: 1,
    unread: false,
    fonts: false,
    markup: false,
    rtfOnly: false,
    hidden: false,
  }
  #ansi = 1252
  #count = 0
  /** The group began, and nothing but `\*` came yet. */
  #atStart = false
  #starred = false
  /** Characters still to be passed over after \u. */
  #skip = 0
  /** Groups opened beyond the depth we follow. */
  #tooDeep = 0

  read(token: RtfToken): void {
    this.#count++
    switch (token.kind) {
      case 'open':
        this.#open()
        return
      case 'close':
        this.#close()
        return
      case 'word':
        this.#word(token.word, token.number)
        break
      case 'symbol':
        if (token.symbol === '*' && this.#atStart) {
          this.#starred = true
          return
        }
        this.#shown(symbols, token.symbol)
        break
      case 'octet':
        this.#octets(token.octet)
        break
      case 'text':
        this.#octets(token.text)
    }
    this.#atStart = false
    this.#starred = false
  }

  #open(): void {
    this.#skip = 0
    if (this.#outer.length === MAX_DEPTH) {
      this.#tooDeep++
      return
    }
    this.#outer.push(this.#group)
    this.#group = { ...this.#group }
    this.#atStart = true
    this.#starred = false
  }

  #close(): void {
    this.#skip = 0
    this.#atStart = false
    if (this.#tooDeep > 0) this.#tooDeep--
    else this.#group = this.#outer.pop() ?? this.#group
  }

  #word(word: string, number: number | undefined): void {
    const group = this.#group
    if (this.#atStart && this.#destination(word)) return
    if (group.fonts) this.#fonts.define(word, number)
    switch (word) {
      case 'fromhtml':
        if (this.#count <= HEAD_TOKENS && number === 1) this.form = 'html'
        return
      case 'fromtext':
        if (this.#count <= HEAD_TOKENS) this.form = 'text'
        return
      case 'ansicpg':
        this.#ansi = number || 1252
        return
      case 'htmlrtf':
        group.rtfOnly = number !== 0
        return
      case 'f':
        group.font = number ?? -1
        return
      case 'plain':
        group.font = -1
        group.hidden = false
        return
      case 'v':
        group.hidden = number !== 0
        return
      case 'uc':
        group.fallback = Math.min(Math.max(number ?? 1, 0), 100)
        return
      case 'u':
        this.#unicode(number ?? 0)
        return
      default:
        this.#shown(characters, word)
    }
  }

  /** The first word of a group may make it a destination of its own. True when it did. */
  #destination(word: string): boolean {
    const group = this.#group
    if (word === 'htmltag' && this.#starred) {
      group.markup = true
      return true
    }
    if (unread.has(word) || this.#starred) {
      group.unread = true
      group.fonts = word === 'fonttbl'
      return true
    }
    return false
  }

  get #silent(): boolean {
    const { unread, rtfOnly, markup, hidden } = this.#group
    if (unread) return true
    if (this.form === 'html') return rtfOnly && !markup
    return hidden || markup || (this.form === 'text' && rtfOnly)
  }

  #shown(table: Record<string, readonly [string, string]>, name: string): void {
    if (!Object.hasOwn(table, name)) return
    if (this.#skip > 0) {
      this.#skip--
      return
    }
    if (this.#silent) return
    const [text, html] = table[name]!
    const shown = this.form === 'html' && !this.#group.markup ? html : text
    if (/^[\x00-\x7f]*$/.test(shown)) this.text.ascii(shown)
    else this.text.unicode(shown)
  }

  #unicode(number: number): void {
    this.#skip = this.#group.fallback
    if (!this.#silent) this.text.unicode(String.fromCharCode(number & 0xffff))
  }

  #octets(text: string): void {
    const skipped = Math.min(this.#skip, text.length)
    this.#skip -= skipped
    if (skipped === text.length || this.#silent) return
    const codepage = this.#fonts.codepageOf(this.#group.font) ?? this.#ansi
    this.text.octets(text.slice(skipped), codepage)
  }
}

/**
 * Reads an RTF body: HTML or text taken out of the RTF that wraps it (MS-OXRTFEX §2.1.3), or the plain text of RTF proper,
 * without its pictures, headers and formatting. Never fails; what is no RTF comes out empty.
 */
export function readRtfBody(rtf: Uint8Array): RtfBody {
  const octets = Buffer.from(rtf.buffer, rtf.byteOffset, rtf.length).toString('latin1')
  if (!octets.startsWith('{\\rtf')) return { form: 'rtf', content: '' }
  const reader = new RtfReader()
  for (const token of rtfTokens(octets)) reader.read(token)
  return { form: reader.form, content: reader.text.finish() }
}
