/**
 * Text in the form in which two spellings of the same thing are equal: NFKC and Unicode case folding
 * (RFC 5051 in spirit; full-width and half-width forms, ligatures and ß are folded too). Compare folded with folded.
 */
export function foldForSearch(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase()
  // Upper then lower case is full case folding but for the sigma at a word's end; the Turkish İ keeps a loose dot.
  return text
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/ς/g, 'σ')
    .replace(/i\u0307/g, 'i')
}

/** Letters that carry their stroke inside and so do not come apart under NFKD. */
const bare: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
}

/**
 * Accents of European scripts, points of Hebrew, vowel signs of Arabic. Marks that make another letter (Japanese
 * voicing, Indic vowels, Thai tones) stay.
 */
const accents =
  /[\u0300-\u036f]|[\u0591-\u05bd]|\u05bf|[\u05c1\u05c2\u05c4\u05c5\u05c7]|[\u064b-\u065f]|\u0670|[\u1ab0-\u1aff]|[\u1dc0-\u1dff]|[\u20d0-\u20ff]|[\ufe20-\ufe2f]/g

/** As `foldForSearch` and without accents, for names in an address book: `Müller` and `muller` are equal. */
export function foldForAccentless(text: string): string {
  const folded = foldForSearch(text)
  if (/^[\x00-\x7f]*$/.test(folded)) return folded
  return folded
    .normalize('NFKD')
    .replace(accents, '')
    .replace(/[øłđðħŧþæœı]/g, (letter) => bare[letter]!)
    .normalize('NFKC')
}
