/** Texts kept, the latest of each place. */
const PLACES = 2_048
/** Octets of one at most: longer ones are seldom the same. */
export const MOST_BYTES = 32

const texts: string[] = new Array(PLACES).fill('')
const kept = new Uint8Array(PLACES * MOST_BYTES)

/**
 * The text of these octets, at most `MOST_BYTES`, all of them ASCII: the same string as the last time, if nothing else came to its
 * place. Answers say the same few words and numbers over and over; each string of its own would be made, held and collected.
 * `hash`: of the octets, as the caller has it.
 */
export function shortText(octets: Buffer, from: number, to: number, hash: number): string {
  const length = to - from
  const place = (hash ^ (hash >>> 11) ^ (hash >>> 22)) & (PLACES - 1)
  const text = texts[place]!
  const begin = place * MOST_BYTES
  if (text.length === length) {
    let at = 0
    while (at < length && kept[begin + at] === octets[from + at]) at++
    if (at === length) return text
  }
  const made = octets.toString('latin1', from, to)
  for (let at = 0; at < length; at++) kept[begin + at] = octets[from + at]!
  texts[place] = made
  return made
}
