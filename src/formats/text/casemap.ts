/**
 * What texts are ordered and compared by under `i;unicode-casemap` (RFC 5051): every character in title case, then taken
 * apart. Keys compare as strings do. Title case of one character is its upper case, where that is one character too; the
 * few digraphs that have a third form come out as if they were written with two letters.
 */
export function casemapKey(text: string): string {
  if (/^[\x00-\x7f]*$/.test(text)) return text.toUpperCase()
  let title = ''
  for (const char of text) {
    const upper = char.toUpperCase()
    title += upper.length === char.length ? upper : char
  }
  return title.normalize('NFKD')
}
