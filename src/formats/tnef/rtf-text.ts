import { decodeText } from '../text/charset.ts'
import { codepageCharset } from './codepage.ts'

/** Collects text whose octets come in the code page of changing fonts. */
export class RtfText {
  #pieces: string[] = []
  #octets: string[] = []
  #codepage = 1252

  /** Octets, one per character; they may begin or end within a character of several. */
  octets(text: string, codepage: number): void {
    if (codepage !== this.#codepage) this.#flush()
    this.#codepage = codepage
    this.#octets.push(text)
  }

  unicode(text: string): void {
    this.#flush()
    this.#pieces.push(text)
  }

  /** ASCII that the document did not write as text: a line end for \par. */
  ascii(text: string): void {
    if (this.#octets.length > 0) this.#octets.push(text)
    else this.#pieces.push(text)
  }

  finish(): string {
    this.#flush()
    return this.#pieces.join('').toWellFormed()
  }

  #flush(): void {
    if (this.#octets.length === 0) return
    const octets = Buffer.from(this.#octets.join(''), 'latin1')
    this.#pieces.push(decodeText(octets, codepageCharset(this.#codepage)))
    this.#octets = []
  }
}
