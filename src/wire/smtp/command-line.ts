import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** A command taken apart: its verb in upper case, and what stands behind the blank. */
type CommandLine = { verb: string; args: string }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const command = /^([A-Za-z][A-Za-z0-9-]{0,31})(?: (.*))?$/s

/** Text of one line from the peer: UTF-8 (RFC 6531 §3.1) without control characters. SyntaxFault otherwise. */
function parseLineText(octets: Uint8Array): string {
  let text: string
  try {
    text = utf8.decode(octets)
  } catch {
    throw new SyntaxFault('The line is not UTF-8')
  }
  const bad = text.search(/[\x00-\x1f\x7f]/)
  if (bad >= 0) throw new SyntaxFault('The line holds a control character', bad)
  return text
}

/** A command line without its CRLF (RFC 5321 §4.1.1). Blanks at the end are tolerated, as §4.1.1 asks. */
export function parseCommandLine(octets: Uint8Array): CommandLine {
  const parts = command.exec(parseLineText(octets).replace(/ +$/, ''))
  if (parts === null) throw new SyntaxFault('The line is not a command', 0)
  return { verb: parts[1]!.toUpperCase(), args: parts[2] ?? '' }
}

/** The line for `parseCommandLine`, with its CRLF. SyntaxFault when the arguments would break out of the line. */
export function formatCommandLine(verb: string, args = ''): string {
  if (/[\x00-\x1f\x7f]/.test(args)) throw new SyntaxFault('Control characters in a command')
  return args === '' ? `${verb}\r\n` : `${verb} ${args}\r\n`
}

/** The argument of HELO and EHLO: any one word, since many clients send names no grammar allows. */
export function parseHello(args: string): string {
  const name = args.trim()
  if (!/^[\x21-\x7e\u0080-\u{10ffff}]{1,255}$/u.test(name)) throw new SyntaxFault('A host name is missing', 0)
  return name
}

/** The octets that follow `BDAT 1000 LAST` (RFC 3030 §2). */
type Bdat = { octets: number; last: boolean }

export function parseBdat(args: string): Bdat {
  const parts = /^(\d{1,15})(?: +(LAST))?$/i.exec(args.trim())
  if (parts === null) throw new SyntaxFault('BDAT takes a number of octets, and LAST or nothing', 0)
  return { octets: Number(parts[1]), last: parts[2] !== undefined }
}

export function formatBdat({ octets, last }: Bdat): string {
  return formatCommandLine('BDAT', last ? `${octets} LAST` : String(octets))
}
