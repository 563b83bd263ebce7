const MOST_WORDS = 8
const MOST_READINGS = 8

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

/** What is written where there is no such letter: in German, Danish, Norwegian and Swedish. */
const written: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', ø: 'oe', å: 'aa' }

/** Letters as they are written where there are none, folded: ä as ae, å as aa; undefined for a text without any. */
export function unfolded(text: string): string | undefined {
  const composed = text.normalize('NFC')
  const spelt = composed.replace(/[äöüøå]/gi, (letter) => written[letter.toLowerCase()]!)
  return spelt === composed ? undefined : fold(spelt)
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

/** One word that somebody typed, in each way in which it may be written on a card, folded; any of them will do. */
export type QueryWord = readonly string[]

/** What somebody typed, as words that must all be found; at most eight. */
export function queryWords(text: string): QueryWord[] {
  const words = splitQuery(fold(text))
  const others = splitQuery(unfolded(text) ?? '')
  const forms = words.map((word, at) => [...new Set([word, others[at] ?? word])])
  return [...new Map(forms.map((word) => [word.join(' '), word])).values()].slice(0, MOST_WORDS)
}

const splitQuery = (folded: string): string[] =>
  folded
    .split(/\s+/)
    .map((word) => word.replace(/^[^\p{L}\p{N}]+|(?<![^\p{L}\p{N}@._-])[^\p{L}\p{N}@._-]+$/gu, ''))
    .filter((word) => word !== '')

/** The words with what stands between any other marks as words of their own; at most eight. */
export function piecesOf(words: readonly QueryWord[]): QueryWord[] {
  const pieces = words.flatMap((word) => {
    const [first, ...others] = word.map((form) => form.split(/[^\p{L}\p{N}]+/u))
    return first!.map((piece, at) => [...new Set([piece, ...others.map((other) => other[at] ?? piece)])])
  })
  return pieces.filter(([piece]) => piece !== '').slice(0, MOST_WORDS)
}

/**
 * The pieces of the words as somebody may have typed them who leaves umlauts out or spells them, whatever the card has: `muller` for
 * Mueller, `aarhus` for Arhus. Undefined where nothing may be read so, and for an address, in which each letter counts.
 */
export function looselyRead(words: readonly QueryWord[]): QueryWord[] | undefined {
  if (words.some(([word]) => word!.includes('@'))) return undefined
  const pieces = piecesOf(words)
  const loose = pieces.map((word) => [...new Set([...word, ...readings(word[0]!).take(MOST_READINGS)])])
  return loose.some((word, at) => word.length > pieces[at]!.length) ? loose : undefined
}

const otherwise: Readonly<Record<string, readonly string[]>> = {
  ...{ a: ['ae', 'aa'], o: ['oe'], u: ['ue'] },
  ...{ ae: ['a'], aa: ['a'], oe: ['o'], ue: ['u'] },
}

/** With one of its vowels read otherwise, or two, those with one first: made as they are asked for, as words may be long. */
function* readings(word: string): Generator<string> {
  const parts = word.split(/(ae|aa|oe|ue|[aou])/)
  for (const one of readOtherwise(parts, 0)) yield one.parts.join('')
  for (const one of readOtherwise(parts, 0))
    for (const two of readOtherwise(one.parts, one.at + 1)) yield two.parts.join('')
}

/** With one of the parts from there on read otherwise. */
function* readOtherwise(
  parts: readonly string[],
  from: number,
): Generator<{ at: number; parts: readonly string[] }> {
  for (let at = from; at < parts.length; at++)
    for (const other of otherwise[parts[at]!] ?? []) yield { at, parts: parts.with(at, other) }
}
