const MOST_WORDS = 8

/**
 * How words are compared in the address book: without case, accents and width; Katakana is Hiragana, ß is ss, ё is е.
 * Voiced kana stay what they are, and й is no и.
 */
export function fold(text: string): string {
  if (isPlain.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/([иИ])\u0306/g, (_, letter: string) => (letter === 'и' ? 'й' : 'Й').normalize('NFC'))
    .replace(/(?![\u3099\u309a])\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ßæœøłđðþıςё’‘ʼ\u30a1-\u30f6]/g, (letter) => plain[letter] ?? hiragana(letter))
}

/** ASCII, of which case is all there is to fold. */
const isPlain = /^[ -~]*$/

const plain: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
  ё: 'е',
  '’': "'",
  '‘': "'",
  ʼ: "'",
}

const hiragana = (katakana: string): string => String.fromCharCode(katakana.charCodeAt(0) - 0x60)

/** German umlauts as they are typed where there are none: ä as ae; undefined for a text without any. */
export function unfolded(text: string): string | undefined {
  const composed = text.normalize('NFC')
  return /[äöüÄÖÜ]/.test(composed)
    ? fold(composed.replace(/[äÄ]/g, 'ae').replace(/[öÖ]/g, 'oe').replace(/[üÜ]/g, 'ue'))
    : undefined
}

/** One that has nothing but itself to be found by. */
const isWord = /^[A-Za-z0-9]+$/

// Marks at an end are looked at from where they begin (`?<!`): a run of them within a word is not tried from each of its letters.

/** The words of a text by which it is found, folded: as it stands between blanks, and between any other marks. */
export function wordsOf(text: string): string[] {
  if (isWord.test(text)) return [text.toLowerCase()]
  const words = new Set<string>()
  for (const folded of [fold(text), unfolded(text)]) {
    if (folded === undefined) continue
    for (const part of folded.split(/\s+/)) {
      const word = part.replace(/^[^\p{L}\p{N}]+|(?<![^\p{L}\p{N}])[^\p{L}\p{N}]+$/gu, '')
      if (word !== '') words.add(word)
      const pieces = word.split(/[^\p{L}\p{N}]+/u)
      if (pieces.length > 1) for (const piece of pieces) if (piece !== '') words.add(piece)
      if (word.includes("'")) words.add(word.replaceAll("'", ''))
    }
  }
  return [...words]
}

/** The words with what stands between any other marks as words of their own; at most eight. */
export function piecesOf(words: readonly string[]): string[] {
  return words
    .flatMap((word) => word.split(/[^\p{L}\p{N}]+/u))
    .filter((piece) => piece !== '')
    .slice(0, MOST_WORDS)
}

/** What somebody typed, as words that must all be found; at most eight. */
export function queryWords(text: string): string[] {
  const words = fold(text)
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|(?<![^\p{L}\p{N}@._-])[^\p{L}\p{N}@._-]+$/gu, ''))
    .filter((word) => word !== '')
  return [...new Set(words)].slice(0, MOST_WORDS)
}
