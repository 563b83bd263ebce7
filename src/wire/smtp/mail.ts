import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatCommandLine } from './command-line.ts'
import { formatParameters, splitPathArgument } from './parameters.ts'
import { formatPath, type Path, parsePath } from './path.ts'
import { formatXtext, parseXtext } from './xtext.ts'

/** Extensions of MAIL: SIZE (RFC 1870), BODY (RFC 6152, 3030), SMTPUTF8 (RFC 6531), DSN (RFC 3461), AUTH (RFC 4954), REQUIRETLS (RFC 8689). */
type MailParameters = {
  sizeBytes?: number
  body?: '7BIT' | '8BITMIME' | 'BINARYMIME'
  smtpUtf8?: true
  ret?: 'FULL' | 'HDRS'
  /** ENVID as meant, not as xtext. */
  envelopeId?: string
  /** Who submitted it first; `''` is `AUTH=<>`, nobody knows. */
  auth?: string
  requireTls?: true
}

/** MAIL FROM; the sender null is `<>`. */
export type Mail = MailParameters & {
  sender: Path | null
  /** Keywords this codec does not know. */
  unknown: readonly string[]
}

/** What stands behind `MAIL `. SyntaxFault for a known keyword with a value it cannot have. */
export function parseMail(args: string): Mail {
  const { path, parameters } = splitPathArgument(args, 'FROM')
  const mail: Mail = { sender: path === '' ? null : parsePath(path), unknown: [] }
  const unknown: string[] = []
  for (const [keyword, value] of parameters) {
    if (!Object.hasOwn(readers, keyword)) unknown.push(keyword)
    else Object.assign(mail, readers[keyword as keyof typeof readers](value))
  }
  return { ...mail, unknown }
}

const readers = {
  SIZE: (value) => ({ sizeBytes: Number(matching('SIZE', value, /^\d{1,20}$/)) }),
  BODY: (value) => ({
    body: matching('BODY', value?.toUpperCase(), /^(?:7BIT|8BITMIME|BINARYMIME)$/) as '7BIT',
  }),
  SMTPUTF8: (value) => ({ smtpUtf8: flag('SMTPUTF8', value) }),
  RET: (value) => ({ ret: matching('RET', value?.toUpperCase(), /^(?:FULL|HDRS)$/) as 'FULL' }),
  // RFC 3461 §4.4: at most 100 characters as they are written.
  ENVID: (value) => ({ envelopeId: parseXtext(matching('ENVID', value, /^.{1,100}$/)) }),
  AUTH: (value) => ({ auth: value === '<>' ? '' : parseXtext(matching('AUTH', value, /^.{1,1500}$/)) }),
  REQUIRETLS: (value) => ({ requireTls: flag('REQUIRETLS', value) }),
} satisfies Record<string, (value: string | undefined) => MailParameters>

export function matching(keyword: string, value: string | undefined, grammar: RegExp): string {
  if (value === undefined || !grammar.test(value))
    throw new SyntaxFault(`The value of ${keyword} is not one it can have`)
  return value
}

function flag(keyword: string, value: string | undefined): true {
  if (value !== undefined) throw new SyntaxFault(`${keyword} takes no value`)
  return true
}

/** The whole line with CRLF. Keywords that were `unknown` are not written. */
export function formatMail(mail: Omit<Mail, 'unknown'>): string {
  const { sizeBytes, body, smtpUtf8, ret, envelopeId, auth, requireTls } = mail
  const parameters: [string, string | undefined][] = []
  if (sizeBytes !== undefined) parameters.push(['SIZE', String(sizeBytes)])
  if (body !== undefined) parameters.push(['BODY', body])
  if (smtpUtf8) parameters.push(['SMTPUTF8', undefined])
  if (ret !== undefined) parameters.push(['RET', ret])
  if (envelopeId !== undefined) parameters.push(['ENVID', formatXtext(envelopeId)])
  if (auth !== undefined) parameters.push(['AUTH', auth === '' ? '<>' : formatXtext(auth)])
  if (requireTls) parameters.push(['REQUIRETLS', undefined])
  const path = mail.sender === null ? '' : formatPath(mail.sender)
  return formatCommandLine('MAIL', `FROM:<${path}>${formatParameters(parameters)}`)
}
