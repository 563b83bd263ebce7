import { decodeText } from '../text/charset.ts'

/** RFC 2047 §2, with the language of RFC 2231 §5 and, as many senders do it, blanks inside a Q word. */
const encodedWord = /=\?([^?\s*]{1,60})(?:\*[^?\s]{0,60})?\?([bq])\?([^?\r\n]*)\?=/gi

interface Word {
  charset: string
  encoding: string
  bytes: Buffer
}

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
  for (const match of raw.matchAll(encodedWord)) {
    const charset = match[1]!.toLowerCase()
    const encoding = match[2]!.toLowerCase()
    const bytes = encoding === 'b' ? Buffer.from(match[3]!, 'base64') : decodeQ(match[3]!)
    const between = raw.slice(end, match.index)
    end = match.index + match[0].length
    const adjacent = open !== undefined && /^[ \t]*$/.test(between)
    if (adjacent && open!.charset === charset && open!.encoding === encoding) {
      open = { charset, encoding, bytes: Buffer.concat([open!.bytes, bytes]) }
      continue
    }
    if (open) text += decodeText(open.bytes, open.charset)
    if (!adjacent) text += between
    open = { charset, encoding, bytes }
  }
  if (open) text += decodeText(open.bytes, open.charset)
  return text + raw.slice(end)
}
