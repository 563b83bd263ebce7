import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatEncodedHeader } from '../header/format.ts'

/** An address in an envelope may be longer than one in the directory, but has no blanks and no brackets of its own. */
function checkAddress(address: string): string {
  if (!/^[^\x00-\x20\x7f<>]{1,512}$/.test(address)) throw new SyntaxFault('not an address of an envelope')
  return address
}

const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text)

/** A field of an address, which stands as UTF-8 when it must (RFC 6532); given as octets, one per character. */
function formatAddressField(name: string, body: string): string {
  return isAscii(body)
    ? formatEncodedHeader(name, body)
    : `${name}: ${Buffer.from(body).toString('latin1')}\r\n`
}

/** Return-Path (RFC 5321 §4.4), written once at final delivery; `address` is empty for the null sender. */
export const formatReturnPath = (address: string): string =>
  formatAddressField('Return-Path', `<${address === '' ? '' : checkAddress(address)}>`)

/** Delivered-To, by which other systems see that a message comes back to where it was. */
export const formatDeliveredTo = (address: string): string =>
  formatAddressField('Delivered-To', checkAddress(address))
