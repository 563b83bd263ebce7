/** Characters of one element of a list, and of a member that is none: what is larger is no file of ours. */
const LARGEST_ELEMENT = 2 ** 20
const LARGEST_MEMBER = 2 ** 26

/** A member of an object; of a list each element by itself, `at` from 0. */
type JsonMember = { name: string; value: unknown; at: number | null }

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 44, 91, 92, 93, 123, 125,
]
const BLANKS: readonly number[] = [9, 10, 13, 32]

/**
 * The members of a JSON object that may be larger than any string, as its text arrives: lists come element by element, one without
 * elements as an empty list. SyntaxError for what is no JSON object, as soon as it shows, and for an element or member without end.
 */
export async function* jsonMembers(text: AsyncIterable<string>): AsyncGenerator<JsonMember> {
  const scan = new Scan()
  for await (const piece of text) yield* scan.push(piece)
  scan.finish()
}

/** Cuts the text into members and elements, which JSON.parse reads: what is wrong within them it finds. */
class Scan {
  #level: 'before' | 'members' | 'elements' | 'behind' = 'before'
  /** Pieces of the member or element that is under way, before the present one. */
  #before: string[] = []
  #held = 0
  #piece = ''
  /** Where in the present piece it begins, and where we are. */
  #from = 0
  #at = 0
  /** Lists and objects within it that are open here. */
  #depth = 0
  #inString = false
  #isEscaped = false
  /** Of the list that is under way. */
  #name = ''
  #elements = 0
  #members = 0
  /** The member that ends next was a list and has been told. */
  #isTold = false

  finish(): void {
    if (this.#level === 'before') throw new SyntaxError('It is empty')
    if (this.#level !== 'behind') throw new SyntaxError('The end of the object is missing')
  }

  *push(piece: string): Generator<JsonMember> {
    this.#piece = piece
    this.#from = 0
    for (this.#at = 0; this.#at < piece.length; this.#at++) {
      const code = piece.charCodeAt(this.#at)
      if (this.#level === 'before' || this.#level === 'behind') this.#outside(code)
      else if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (code === BACKSLASH) this.#isEscaped = true
        else if (code === QUOTE) this.#inString = false
      } else if (code === QUOTE) this.#inString = true
      else if (code === OPEN_LIST || code === OPEN_OBJECT) this.#open(code)
      else if (code !== COMMA && code !== CLOSE_LIST && code !== CLOSE_OBJECT) continue
      else if (this.#depth === 0) yield* this.#end(code)
      else if (code !== COMMA) this.#depth--
    }
    this.#before.push(piece.slice(this.#from))
    this.#held += piece.length - this.#from
    const most = this.#level === 'elements' ? LARGEST_ELEMENT : LARGEST_MEMBER
    if (this.#held > most)
      throw new SyntaxError(
        `${this.#level === 'elements' ? `An entry of its "${this.#name}"` : 'One of its members'} has more than ${most / 2 ** 20} MB`,
      )
  }

  /** Around the object there are blanks alone. */
  #outside(code: number): void {
    if (BLANKS.includes(code)) return
    if (this.#level === 'behind') throw new SyntaxError('There is something behind the object')
    if (code !== OPEN_OBJECT) throw new SyntaxError('It is no JSON object')
    this.#level = 'members'
    this.#forget()
  }

  /** What there is of it up to here. */
  get #text(): string {
    return `${this.#before.join('')}${this.#piece.slice(this.#from, this.#at)}`
  }

  #open(code: number): void {
    if (this.#level === 'members' && code === OPEN_LIST && this.#depth === 0 && !this.#isTold) {
      ;[this.#name] = Object.keys(JSON.parse(`{${this.#text}0}`)) as [string]
      this.#level = 'elements'
      this.#elements = 0
      this.#forget()
    } else this.#depth++
  }

  *#end(code: number): Generator<JsonMember> {
    const text = this.#text
    const isBlank = text.trim() === ''
    if (this.#level === 'elements' && code !== CLOSE_OBJECT) {
      const isEmpty = isBlank && this.#elements === 0 && code === CLOSE_LIST
      if (isEmpty) yield { name: this.#name, value: [], at: null }
      else yield { name: this.#name, value: JSON.parse(text), at: this.#elements++ }
      if (code === CLOSE_LIST) this.#level = 'members'
      this.#isTold = code === CLOSE_LIST
    } else if (this.#level === 'members' && code !== CLOSE_LIST) {
      const isEmpty = isBlank && (this.#isTold || (this.#members === 0 && code === CLOSE_OBJECT))
      if (!isEmpty) yield* this.#member(text)
      this.#members++
      this.#isTold = false
      if (code === CLOSE_OBJECT) this.#level = 'behind'
    } else throw new SyntaxError('It is no JSON object')
    this.#forget()
  }

  *#member(text: string): Generator<JsonMember> {
    const [member] = Object.entries(JSON.parse(`{${text}}`) as object)
    if (member === undefined || this.#isTold) throw new SyntaxError('A member has no name')
    yield { name: member[0], value: member[1], at: null }
  }

  /** What is under way begins behind here. */
  #forget(): void {
    this.#before = []
    this.#held = 0
    this.#from = this.#at + 1
  }
}
