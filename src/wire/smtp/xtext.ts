import { SyntaxFault } from '#src/base/syntax-fault.ts'

/** xtext of RFC 3461 §4: printable ASCII, with `+` and `=` and all else as `+` and two hex digits. */
export function formatXtext(text: string): string {
  let out = ''
  for (const octet of Buffer.from(text)) {
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x2b && octet !== 0x3d
    out += plain ? String.fromCharCode(octet) : `+${octet.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

/** The text meant. SyntaxFault for what is no xtext, is not UTF-8, or holds control characters, which no field may carry. */
export function parseXtext(text: string): string {
  if (!/^(?:[\x21-\x2a\x2c-\x3c\x3e-\x7e]|\+[0-9A-F]{2})*$/.test(text)) throw new SyntaxFault('Not xtext')
  const octets = text.replace(/\+(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  const bytes = Buffer.from(octets, 'latin1')
  const meant = bytes.toString('utf8')
  if (!Buffer.from(meant).equals(bytes)) throw new SyntaxFault('The xtext is not UTF-8')
  if (/[\x00-\x1f\x7f]/.test(meant)) throw new SyntaxFault('The xtext holds a control character')
  return meant
}
