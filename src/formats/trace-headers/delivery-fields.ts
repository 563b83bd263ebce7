import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatEncodedHeader } from '../header/format.ts'

/** An address in an envelope may be longer than one in the directory, but has no blanks and no brackets of its own. */
function checkAddress(address: string): string {
  if (!/^[^\x00-\x20\x7f<>]{1,512}$/.test(address)) throw new SyntaxFault('not an address of an envelope')
  return address
}

const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text)

/**
 * Return-Path (RFC 5321 §4.4), written once at final delivery; `address` is empty for the null sender. It stands as UTF-8 when it
 * must (RFC 6532); given as octets, one per character.
 */
export function formatReturnPath(address: string): string {
  const body = `<${address === '' ? '' : checkAddress(address)}>`
  return isAscii(body)
    ? formatEncodedHeader('Return-Path', body)
    : `Return-Path: ${Buffer.from(body).toString('latin1')}\r\n`
}
