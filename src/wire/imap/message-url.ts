import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { ImapArguments } from './arguments.ts'
import { parseSection, type Section, type SectionRange } from './section.ts'

/** A message, or a part of one, as a relative IMAP URL names it (RFC 5092 §7, RFC 4469 §3). */
export type MessageUrl = {
  /** Undefined: the selected one. */
  mailbox?: string
  uidValidity?: number
  uid: number
  section: Section
  /** Without `octets`, all from `start` on. */
  range?: { start: number; octets?: number }
}

const whole: Section = { path: '', text: 'all', names: [] }
const grammar =
  /^(?:\/([^;]+?)(?:;UIDVALIDITY=(\d{1,10}))?)?\/?;UID=(\d{1,10})(?:\/;SECTION=([^;]+?))?(?:\/;PARTIAL=(\d{1,15})(?:\.(\d{1,15}))?)?$/i

/** `/Drafts;UIDVALIDITY=385759045/;UID=20/;SECTION=1.MIME`. SyntaxFault for anything else, absolute URLs too. */
export function parseMessageUrl(url: string): MessageUrl {
  const match = grammar.exec(url)
  if (match === null) throw new SyntaxFault('Not the URL of a message')
  const [, mailbox, uidValidity, uid, section, start, octets] = match
  const parsed: MessageUrl = { uid: Number(uid), section: whole }
  if (parsed.uid === 0 || octets === '0') throw new SyntaxFault('A number of the URL is zero')
  if (mailbox !== undefined) parsed.mailbox = decoded(mailbox.replace(/\/$/, ''))
  if (uidValidity !== undefined) parsed.uidValidity = Number(uidValidity)
  if (section !== undefined) {
    const args = new ImapArguments(`[${decoded(section)}]`)
    parsed.section = parseSection(args)
    if (!args.atEnd) throw args.fault('Something is too much in the section')
  }
  if (start !== undefined)
    parsed.range = { start: Number(start), ...(octets !== undefined && { octets: Number(octets) }) }
  return parsed
}

/** What of a section is meant, as FETCH says it. */
export function rangeOf({ range }: MessageUrl): SectionRange | undefined {
  return range && { start: range.start, octets: range.octets ?? Number.MAX_SAFE_INTEGER }
}

function decoded(text: string): string {
  if (/[^\x21-\x7e]/.test(text)) throw new SyntaxFault('Not a character of a URL')
  let plain: string
  try {
    plain = decodeURIComponent(text)
  } catch {
    throw new SyntaxFault('A percent sign without its octets')
  }
  if (/\p{Cc}/u.test(plain)) throw new SyntaxFault('A control character in a URL')
  return plain
}
