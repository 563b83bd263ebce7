import { decodeEntities } from './entities.ts'

/** Elements that stand on lines of their own. */
const blocks = new Set(
  'address article aside blockquote body br center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol option p pre section table td th tr ul'.split(
    ' ',
  ),
)
/** Elements whose content nobody reads. */
const unread = new Set(['script', 'style', 'title'])
/** A reference or the name of a tag is shorter; beyond this, an open end is plain text. */
const MAX_HELD = 64

type State =
  | { in: 'text' }
  | { in: 'tag'; quote: string; name: string }
  | { in: 'comment' }
  | { in: 'unread'; name: string }

/**
 * Text of HTML that arrives in pieces: tags taken out, blocks parted by line breaks, character references decoded.
 * For search and preview, not for display: nothing in the result is safe to be shown as HTML. Never fails.
 */
export class HtmlText {
  #state: State = { in: 'text' }
  #held = ''

  push(piece: string): string {
    return this.#read(this.#held + piece, false)
  }

  finish(): string {
    return this.#read(this.#held, true)
  }

  #read(text: string, last: boolean): string {
    let out = ''
    let at = 0
    while (at < text.length) {
      const [read, next] = this.#step(text, at, last)
      out += read
      if (next === at) break
      at = next
    }
    this.#held = text.slice(at)
    return out
  }

  /** Reads on in the present state: what it gives and where it stopped; where it began, when it needs more. */
  #step(text: string, at: number, last: boolean): [read: string, next: number] {
    const state = this.#state
    if (state.in === 'text') return this.#text(text, at, last)
    if (state.in === 'tag') return this.#tag(state, text, at, last)
    return this.#skip(state.in === 'comment' ? '-->' : `</${state.name}`, text, at, last)
  }

  #text(text: string, at: number, last: boolean): [string, number] {
    const open = text.indexOf('<', at)
    if (open === at) return this.#open(text, at, last)
    let end = open < 0 ? text.length : open
    if (open < 0 && !last) {
      const reference = text.lastIndexOf('&')
      if (reference >= at && text.length - reference < MAX_HELD && !/[;\s]/.test(text.slice(reference)))
        end = reference
    }
    return [decodeEntities(text.slice(at, end)), end]
  }

  /** What a `<` begins. */
  #open(text: string, at: number, last: boolean): [string, number] {
    if (!last && text.length - at < 4) return ['', at]
    if (text.startsWith('<!--', at)) {
      this.#state = { in: 'comment' }
      return ['', at + 2]
    }
    const match = /^<[/!?]?([a-z][a-z0-9:]*)?/i.exec(text.slice(at, at + MAX_HELD))!
    const end = at + match[0].length
    if (match[0] === '<') return ['<', end]
    if (!last && end === text.length && match[0].length < MAX_HELD) return ['', at]
    const name = (match[1] ?? '').toLowerCase()
    this.#state = { in: 'tag', quote: '', name: text[at + 1] === '/' ? `/${name}` : name }
    return [blocks.has(name) ? '\n' : '', end]
  }

  /** The inside of a tag up to its `>`, which does not count in a quoted attribute value. */
  #tag(state: { quote: string; name: string }, text: string, at: number, last: boolean): [string, number] {
    if (state.quote !== '') {
      const close = text.indexOf(state.quote, at)
      if (close < 0) return ['', text.length]
      state.quote = ''
      return ['', close + 1]
    }
    const stop = />|=\s{0,20}["']/g
    stop.lastIndex = at
    const match = stop.exec(text)
    if (!match) {
      const unsure = /=\s{0,20}$/.exec(text.slice(Math.max(at, text.length - 21)))
      return ['', unsure && !last ? text.length - unsure[0].length : text.length]
    }
    if (match[0] !== '>') state.quote = match[0].slice(-1)
    else this.#state = unread.has(state.name) ? { in: 'unread', name: state.name } : { in: 'text' }
    return ['', match.index + match[0].length]
  }

  #skip(end: string, text: string, at: number, last: boolean): [string, number] {
    const found = indexOfFolded(text, end, at)
    if (found >= 0) {
      this.#state = end === '-->' ? { in: 'text' } : { in: 'tag', quote: '', name: end.slice(1) }
      return ['', found + end.length]
    }
    return ['', last ? text.length : Math.max(at, text.length - end.length + 1)]
  }
}

/** `indexOf` that does not mind the case of the first hit's letters; `sought` is lower case. */
function indexOfFolded(text: string, sought: string, from: number): number {
  for (
    let at = text.indexOf(sought.slice(0, 2), from);
    at >= 0;
    at = text.indexOf(sought.slice(0, 2), at + 1)
  ) {
    if (text.slice(at, at + sought.length).toLowerCase() === sought) return at
  }
  return -1
}

/** The same for HTML that is in memory. */
export function htmlToText(html: string): string {
  const stream = new HtmlText()
  return stream.push(html) + stream.finish()
}
