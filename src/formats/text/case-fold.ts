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
