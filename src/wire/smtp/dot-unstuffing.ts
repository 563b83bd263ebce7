const cr = 0x0d
const lf = 0x0a
const dot = 0x2e

const crlfDot = Buffer.from('\r\n.')
const carriageReturn = Uint8Array.of(cr)

/** What one push gave: octets of the message, and how many octets of the chunk belonged to it (all, until it ends). */
type Unstuffed = { content: readonly Uint8Array[]; used: number; ended: boolean }

/** What the octets so far end with. Only CRLF makes a line start; a CR or LF by itself is an octet like any other. */
type Place = 'line-start' | 'text' | 'cr' | 'dot' | 'dot-cr'

/**
 * Takes the content of DATA from the stream (RFC 5321 §4.5.2): the first dot of a line goes, and CRLF `.` CRLF ends it,
 * nothing else. Readers who took LF `.` LF, LF `.` CRLF or CR `.` CR for an end let senders smuggle a second message
 * inside the first.
 */
export class DotUnstuffer {
  #place: Place = 'line-start'

  push(chunk: Uint8Array): Unstuffed {
    const octets = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    const content: Uint8Array[] = []
    let place = this.#place
    let from = 0
    let at = 0
    while (at < octets.length) {
      const octet = octets[at]
      switch (place) {
        case 'text': {
          const next = octets.indexOf(crlfDot, at)
          place = next < 0 ? endOf(octets, at) : 'line-start'
          at = next < 0 ? octets.length : next + 2
          break
        }
        case 'cr':
          if (octet === lf) place = 'line-start'
          else if (octet !== cr) place = 'text'
          at++
          break
        case 'line-start':
          if (octet === dot) {
            if (at > from) content.push(octets.subarray(from, at))
            place = 'dot'
            from = ++at
          } else place = 'text'
          break
        case 'dot':
          if (octet === cr) {
            place = 'dot-cr'
            from = ++at
          } else place = 'text'
          break
        case 'dot-cr':
          if (octet === lf) {
            this.#place = 'line-start'
            return { content, used: at + 1, ended: true }
          }
          // The CR behind the dot was held back in case this was the end; it was not.
          content.push(carriageReturn)
          place = 'cr'
      }
    }
    if (octets.length > from) content.push(octets.subarray(from))
    this.#place = place
    return { content, used: octets.length, ended: false }
  }
}

function endOf(octets: Uint8Array, from: number): Place {
  const last = octets.length - 1
  if (octets[last] === cr) return 'cr'
  return octets[last] === lf && last > from && octets[last - 1] === cr ? 'line-start' : 'text'
}
