/**
 * How a client may announce its literals: waiting for each (RFC 9051 §4.3), not waiting for those up to 4096 octets
 * (LITERAL-, which IMAP4rev2 includes), or never waiting (LITERAL+, RFC 7888).
 */
export type LiteralStyle = 'wait' | 'minus' | 'plus'

const unaskedOctets = 4_096

function waits(octets: number, style: LiteralStyle): boolean {
  return style === 'wait' || (style === 'minus' && octets > unaskedOctets)
}

/** The announcement of a literal at the end of a line, and whether a continuation must come before its octets. */
export function formatAnnouncement(
  octets: number,
  style: LiteralStyle,
  binary = false,
): { text: string; waits: boolean } {
  const wait = waits(octets, style)
  return { text: `${binary ? '~' : ''}{${octets}${wait ? '' : '+'}}\r\n`, waits: wait }
}

const announced = /(~?)\{(\d{1,15})\}\r\n/y

/**
 * A command as its pieces: before each piece but the first the client waits for a continuation. Literals inside, as the
 * formatting functions write them, are announced in the given style.
 */
export function splitAtLiterals(wireCommand: string, style: LiteralStyle): string[] {
  const pieces: string[] = []
  let piece = ''
  let from = 0
  for (;;) {
    const brace = nextAnnouncement(wireCommand, from)
    if (brace === undefined) return [...pieces, piece + wireCommand.slice(from)]
    const { start, end, octets, binary } = brace
    const { text, waits: wait } = formatAnnouncement(octets, style, binary)
    piece += wireCommand.slice(from, start) + text
    if (wait) {
      pieces.push(piece)
      piece = ''
    }
    from = end + octets
    piece += wireCommand.slice(end, from)
  }
}

type Announcement = { start: number; end: number; octets: number; binary: boolean }

/** The next `{n}` that ends a line: outside literals, a line break stands nowhere else but at the end of the command. */
function nextAnnouncement(text: string, from: number): Announcement | undefined {
  const lineEnd = text.indexOf('\r\n', from)
  const brace = text.lastIndexOf('{', lineEnd)
  if (lineEnd < 0 || brace < from) return undefined
  const start = brace > from && text[brace - 1] === '~' ? brace - 1 : brace
  announced.lastIndex = start
  const match = announced.exec(text)
  if (match === null || announced.lastIndex !== lineEnd + 2) return undefined
  return { start, end: lineEnd + 2, octets: Number(match[2]), binary: match[1] === '~' }
}
