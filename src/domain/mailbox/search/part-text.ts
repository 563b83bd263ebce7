import type { MimePart } from '#src/formats/mime/part.ts'
import { decodePart } from '#src/formats/mime/part-text.ts'
import type { TextStream } from '#src/formats/text/charset.ts'
import { HtmlText } from '#src/formats/text/html-text.ts'
import { TextFinder } from '#src/formats/text/text-finder.ts'
import type { Pace } from '../pace.ts'
import type { Leaf } from './query.ts'
import { needleOf, type Texts } from './terms.ts'

type Sought = { leaf: Leaf; written: TextFinder; shown: TextFinder }

/** Looks for texts in the parts of a message as they pass. HTML is looked at as it is written and as it is shown. */
export class PartText {
  #sought: Sought[]
  readonly #found: (leaf: Leaf) => void
  #decoder: TextStream | undefined
  #html: HtmlText | undefined

  /** `found` is told of each text once. */
  constructor(leaves: readonly Texts[], found: (leaf: Leaf) => void) {
    this.#sought = leaves.map((leaf) => ({
      leaf,
      written: new TextFinder(needleOf(leaf)),
      shown: new TextFinder(needleOf(leaf)),
    }))
    this.#found = found
  }

  get isEmpty(): boolean {
    return this.#sought.length === 0
  }

  /** Takes octets of a part as they are stored; `last` are its last. */
  async take(part: MimePart, bytes: Uint8Array, last: boolean, pace: Pace): Promise<void> {
    if (!this.#decoder) {
      this.#decoder = decodePart(part)
      this.#html = part.subtype === 'html' ? new HtmlText() : undefined
    }
    await this.push(this.#decoder.push(bytes), pace)
    if (!last) return
    await this.push(this.#decoder.finish(), pace)
    if (this.#html) await this.#look('shown', this.#html.finish(), pace)
    this.#decoder = undefined
    this.#html = undefined
    this.begin()
  }

  /** Takes text. */
  async push(text: string, pace: Pace): Promise<void> {
    await this.#look('written', text, pace)
    if (this.#html && this.#sought.length > 0) await this.#look('shown', this.#html.push(text), pace)
  }

  /** What comes next is another text. */
  begin(): void {
    for (const { written, shown } of this.#sought) {
      written.begin()
      shown.begin()
    }
  }

  async #look(form: 'written' | 'shown', text: string, pace: Pace): Promise<void> {
    if (text === '') return
    for (const sought of this.#sought) {
      if (sought[form].push(text)) {
        this.#sought = this.#sought.filter((other) => other !== sought)
        this.#found(sought.leaf)
      }
      await pace.rest()
    }
  }
}
