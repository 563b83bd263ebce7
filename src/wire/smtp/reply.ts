import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** A reply (RFC 5321 §4.2) with the enhanced status code of RFC 2034 and 3463 taken off its lines. */
export type Reply = {
  code: number
  /** `5.1.1`. */
  status?: string
  lines: readonly string[]
}

/** Replies longer than this are nobody's; EHLO of the most talkative servers has some 30 lines. */
const mostLines = 200
const textOctets = 480

/** One reply from its parts; long text is spread over several lines. */
export function reply(code: number, status: string | undefined, ...lines: string[]): Reply {
  const wrapped = lines.flatMap(wrap)
  return status === undefined ? { code, lines: wrapped } : { code, status, lines: wrapped }
}

/** The octets of a reply, CRLF included. What is not printable ASCII becomes `?`: no text of others breaks the line. */
export function formatReply({ code, status, lines }: Reply): string {
  const texts = lines.length === 0 ? [''] : lines
  return texts
    .map((text, index) => {
      const words = [status, text.replace(/[^\x20-\x7e]/gu, '?')].filter(Boolean).join(' ')
      return `${code}${index === texts.length - 1 ? ' ' : '-'}${words}\r\n`
    })
    .join('')
}

function wrap(text: string): string[] {
  if (text.length <= textOctets) return [text]
  const cut = text.lastIndexOf(' ', textOctets)
  const end = cut > 0 ? cut : textOctets
  return [text.slice(0, end), ...wrap(text.slice(cut > 0 ? end + 1 : end))]
}

/** For logs and delivery reports: `550 5.1.1 No such user`. */
export function replyText({ code, status, lines }: Reply): string {
  return [String(code), status, ...lines].filter(Boolean).join(' ')
}

const replyLine = /^([2-5]\d\d)(?:([ -])(.*))?$/s
const statusCode = /^([245]\.\d{1,3}\.\d{1,3})(?: +|$)/

/**
 * Puts reply lines together. Takes each line without its line end; tells the reply when its last line came.
 * Servers that change the code midway are believed in their last line, as Postfix does.
 */
export class ReplyReader {
  #lines: string[] = []

  /** SyntaxFault for what is no reply line, and for a reply without end. */
  push(octets: Uint8Array): Reply | undefined {
    const text = Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('utf8')
    const parts = replyLine.exec(text)
    if (parts === null) throw new SyntaxFault('The line is not a reply', 0)
    if (this.#lines.length === mostLines) throw new SyntaxFault('The reply has no end')
    this.#lines.push((parts[3] ?? '').replace(/[\x00-\x1f\x7f]/g, ' '))
    if (parts[2] === '-') return undefined
    const lines = this.#lines
    this.#lines = []
    return withStatus(Number(parts[1]), lines)
  }
}

function withStatus(code: number, lines: string[]): Reply {
  const status = statusCode.exec(lines.at(-1)!)?.[1]
  if (status === undefined || status[0] !== String(code)[0]) return { code, lines }
  return { code, status, lines: lines.map((line) => line.replace(statusCode, '')) }
}
