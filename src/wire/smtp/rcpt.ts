import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatCommandLine } from './command-line.ts'
import { matching } from './mail.ts'
import { formatParameters, splitPathArgument } from './parameters.ts'
import { formatPath, type Path, parsePath } from './path.ts'
import { formatXtext, parseXtext } from './xtext.ts'

/** When the sender wants to hear of it (RFC 3461 §4.1); an empty list is NEVER. */
export type Notify = readonly ('SUCCESS' | 'FAILURE' | 'DELAY')[]

/** The address the sender knew, with its kind, most often `rfc822` (RFC 3461 §4.2, RFC 6533 §3). */
export type OriginalRecipient = { type: string; address: string }

/** Extensions of RCPT, all of DSN (RFC 3461). */
type RcptParameters = { notify?: Notify; originalRecipient?: OriginalRecipient }

/** RCPT TO; the recipient null is `<Postmaster>` without a domain (RFC 5321 §4.1.1.3). */
export type Rcpt = RcptParameters & { recipient: Path | null; unknown: readonly string[] }

/** What stands behind `RCPT `. SyntaxFault for a known keyword with a value it cannot have. */
export function parseRcpt(args: string): Rcpt {
  const { path, parameters } = splitPathArgument(args, 'TO')
  const recipient = /^postmaster$/i.test(path) ? null : parsePath(path)
  const rcpt: Rcpt = { recipient, unknown: [...parameters.keys()].filter((key) => !known.has(key)) }
  if (parameters.has('NOTIFY')) rcpt.notify = parseNotify(parameters.get('NOTIFY'))
  if (parameters.has('ORCPT')) rcpt.originalRecipient = parseOriginalRecipient(parameters.get('ORCPT'))
  return rcpt
}

const known = new Set(['NOTIFY', 'ORCPT'])

function parseNotify(value: string | undefined): Notify {
  const word = '(?:SUCCESS|FAILURE|DELAY)'
  const text = matching('NOTIFY', value?.toUpperCase(), new RegExp(`^(?:NEVER|${word}(?:,${word}){0,9})$`))
  return text === 'NEVER' ? [] : ([...new Set(text.split(','))] as string[] as Notify)
}

function parseOriginalRecipient(value: string | undefined): OriginalRecipient {
  const text = matching('ORCPT', value, /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?;.{1,500}$/u)
  const cut = text.indexOf(';')
  const type = text.slice(0, cut).toLowerCase()
  const address = text.slice(cut + 1)
  return { type, address: type === 'utf-8' ? parseUtf8Address(address) : parseXtext(address) }
}

/** utf-8-addr-xtext and utf-8-addr-unitext of RFC 6533 §3: `\x{20AC}` where a character cannot stand for itself. */
function parseUtf8Address(text: string): string {
  const meant = text.replace(/\\x\{([0-9A-F]{2,6})\}/g, (_, hex: string) => {
    const point = Number.parseInt(hex, 16)
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
      throw new SyntaxFault('Not a character of Unicode')
    return String.fromCodePoint(point)
  })
  if (/[\x00-\x1f\x7f]/.test(meant)) throw new SyntaxFault('ORCPT holds a control character')
  return meant
}

function formatOriginalRecipient({ type, address }: OriginalRecipient): string {
  if (type !== 'utf-8') return `${type};${formatXtext(address)}`
  const escaped = address.replace(
    /[^\x21-\x2a\x2c-\x3c\x3e-\x5b\x5d-\x7e]/gu,
    (character) => `\\x{${character.codePointAt(0)!.toString(16).toUpperCase().padStart(2, '0')}}`,
  )
  return `utf-8;${escaped}`
}

/** The whole line with CRLF. */
export function formatRcpt({ recipient, notify, originalRecipient }: Omit<Rcpt, 'unknown'>): string {
  const parameters: [string, string][] = []
  if (notify !== undefined) parameters.push(['NOTIFY', notify.length === 0 ? 'NEVER' : notify.join(',')])
  if (originalRecipient !== undefined) parameters.push(['ORCPT', formatOriginalRecipient(originalRecipient)])
  const path = recipient === null ? 'Postmaster' : formatPath(recipient)
  return formatCommandLine('RCPT', `TO:<${path}>${formatParameters(parameters)}`)
}
