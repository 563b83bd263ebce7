/** A member of an object; of a list each element by itself, `at` from 0. */
export type JsonMember = { name: string; value: unknown; at: number | null }

const [QUOTE, COMMA, OPEN_LIST, BACKSLASH, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  34, 44, 91, 92, 93, 123, 125,
]

/**
 * The members of a JSON object that may be larger than any string, as its text arrives: lists come element by element, one without
 * elements as an empty list. SyntaxError for what is no JSON object.
 */
export async function* jsonMembers(text: AsyncIterable<string>): AsyncGenerator<JsonMember> {
  const scan = new Scan()
  for await (const piece of text) yield* scan.push(piece)
  scan.finish()
}

/** Cuts the text into members and elements, which JSON.parse reads: what is wrong within them it finds. */
class Scan {
  #level: 'before' | 'members' | 'elements' | 'behind' = 'before'
  /** From the beginning of the member or element that is under way. */
  #text = ''
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
    if (this.#level !== 'behind') throw new SyntaxError('The end of the object is missing')
    if (this.#text.trim() !== '') throw new SyntaxError('There is something behind the object')
  }

  *push(piece: string): Generator<JsonMember> {
    this.#text += piece
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at)
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (code === BACKSLASH) this.#isEscaped = true
        else if (code === QUOTE) this.#inString = false
      } else if (code === QUOTE) this.#inString = true
      else if (code === OPEN_LIST || code === OPEN_OBJECT) this.#open(code)
      else if (code !== COMMA && code !== CLOSE_LIST && code !== CLOSE_OBJECT) continue
      else if (this.#depth === 0) yield* this.#end(code)
      else if (code !== COMMA) this.#depth--
    }
  }

  #open(code: number): void {
    if (this.#level === 'before' && code === OPEN_OBJECT && this.#text.slice(0, this.#at).trim() === '') {
      this.#level = 'members'
      this.#forget()
    } else if (this.#level === 'members' && code === OPEN_LIST && this.#depth === 0 && !this.#isTold) {
      ;[this.#name] = Object.keys(JSON.parse(`{${this.#text.slice(0, this.#at)}0}`)) as [string]
      this.#level = 'elements'
      this.#elements = 0
      this.#forget()
    } else this.#depth++
  }

  *#end(code: number): Generator<JsonMember> {
    const text = this.#text.slice(0, this.#at)
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
    this.#text = this.#text.slice(this.#at + 1)
    this.#at = -1
  }
}
