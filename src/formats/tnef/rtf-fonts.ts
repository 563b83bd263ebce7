/** RTF \fcharset numbers as Windows code pages (RTF 1.9.1 "Font Table"). */
const charsetCodepages: Record<number, number> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  130: 1361,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  255: 437,
}

/** Fonts are kept for their code pages; no document has more. */
const MAX_FONTS = 4_000

/** The font table of a document, read as its words come by. */
export class RtfFonts {
  readonly #codepages = new Map<number, number>()
  #current = 0

  /** A word of the font table. */
  define(word: string, number: number | undefined): void {
    if (number === undefined) return
    if (word === 'f') this.#current = number
    const codepage = word === 'fcharset' ? charsetCodepages[number] : word === 'cpg' ? number : undefined
    if (codepage !== undefined && this.#codepages.size < MAX_FONTS)
      this.#codepages.set(this.#current, codepage)
  }

  codepageOf(font: number): number | undefined {
    return this.#codepages.get(font)
  }
}
