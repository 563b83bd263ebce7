import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { decodeUnlabelled } from '../text/utf8.ts'

/** An address of another system inside the local part of an SMTP address, as Exchange writes it. */
type Encapsulated = {
  /** `EX` (a legacyExchangeDN, an X500 address), `SMTP`, `FAX`, `X400`, … */
  type: string
  address: string
}

/**
 * Opens `IMCEAEX-_o=Corp_ou=First+20Group_cn=ann` (exchange-interop.md 1.2: `_` is `/`, `+XX` an octet); undefined when
 * the local part is no such thing. Replies to mail from before a migration come to these. SyntaxFault for broken escapes.
 */
export function parseImcea(mailbox: string): Encapsulated | undefined {
  const parts = /^IMCEA([A-Za-z0-9]{1,32})-(.+)$/is.exec(mailbox)
  if (parts === null) return undefined
  const text = parts[2]!
  const broken = text.search(/\+(?![0-9A-Fa-f]{2})/)
  if (broken >= 0) throw new SyntaxFault('An encapsulated address has a + without two hex digits', broken)
  // A latin1 text holds one octet a character, so escapes and plain UTF-8 meet in the same octets.
  const octets = Buffer.from(text).toString('latin1').replace(/_/g, '/')
  const open = octets.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const address = decodeUnlabelled(Buffer.from(open, 'latin1'))
  if (/[\x00-\x1f\x7f]/.test(address))
    throw new SyntaxFault('An encapsulated address holds a control character')
  return { type: parts[1]!.toUpperCase(), address }
}

/** The local part that `parseImcea` opens; letters, digits, `=`, `-` and `.` stay readable, as with Exchange. */
export function formatImcea({ type, address }: Encapsulated): string {
  let text = ''
  for (const octet of Buffer.from(address)) {
    const character = String.fromCharCode(octet)
    if (character === '/') text += '_'
    else if (/[A-Za-z0-9=.-]/.test(character)) text += character
    else text += `+${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return `IMCEA${type.toUpperCase()}-${text}`
}
