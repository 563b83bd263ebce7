import { decodeText } from '../text/charset.ts'

/** RFC 2047 §2, with the language of RFC 2231 §5 and, as many senders do it, blanks inside a Q word. */
const encodedWord = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bq])\?([^?\r\n]*)\?=/gi

/** Of one header; looking up a name that nobody knows costs more than decoding its word. Words of further ones count as unlabelled. */
const MOST_CHARSETS = 32

interface Word {
  charset: string
  encoding: string
  pieces: Buffer[]
}

const textOf = ({ charset, pieces }: Word): string =>
  decodeText(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces), charset)

function decodeQ(text: string): Buffer {
  const octets = text
    .replace(/_/g, ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(octets, 'latin1')
}

/**
 * Header text with its encoded words (RFC 2047) replaced by what they mean. Blanks between two encoded words go away;
 * neighbours of one charset are joined before decoding, since many senders split a character between them.
 * What is no valid encoded word stays as it is. Never fails.
 */
export function decodeWords(raw: string): string {
  if (!raw.includes('=?')) return raw
  let text = ''
  let end = 0
  let open: Word | undefined
  const charsets = new Set<string>()
  for (const match of raw.matchAll(encodedWord)) {
    const named = match[1]!.toLowerCase()
    if (charsets.size < MOST_CHARSETS) charsets.add(named)
    const charset = charsets.has(named) ? named : ''
    const encoding = match[2]!.toLowerCase()
    const bytes = encoding === 'b' ? Buffer.from(match[3]!, 'base64') : decodeQ(match[3]!)
    const between = raw.slice(end, match.index)
    end = match.index + match[0].length
    const adjacent = open !== undefined && /^[ \t]*$/.test(between)
    if (adjacent && open!.charset === charset && open!.encoding === encoding) {
      open!.pieces.push(bytes)
      continue
    }
    if (open) text += textOf(open)
    if (!adjacent) text += between
    open = { charset, encoding, pieces: [bytes] }
  }
  if (open) text += textOf(open)
  return text + raw.slice(end)
}
