import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { parseAddressField } from '../../address/mailbox-list.ts'
import { decodeWords } from '../../header/encoded-words.ts'
import { unfold } from '../../header/fields.ts'
import { formatAddressHeader, formatEncodedHeader, formatHeader } from '../../header/format.ts'
import { formatParams } from '../../header/format-params.ts'
import { parseParams } from '../../header/params.ts'
import { type PlacedField, placedFields } from '../../trace-headers/header-block.ts'

/** Why a message cannot be said in 7 bits; a sentence for the delivery report. */
export class NotSevenBit extends Error {
  override readonly name = 'NotSevenBit'
}

export type HeaderChange = {
  /** The new Content-Transfer-Encoding; undefined leaves it as it is. */
  encoding?: '7bit' | 'quoted-printable' | 'base64'
  /** A body with octets above 127 that says nothing of its type (RFC 1428 §3). */
  typeUnknown?: boolean
  /** It is the header of a message that may lack MIME-Version. */
  top?: boolean
}

const addresses = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'resent-from',
  'resent-sender',
  'resent-to',
  'resent-cc',
])
const withParams = new Set(['content-type', 'content-disposition'])
const unstructured = /^(?:subject|comments|keywords|content-description|thread-topic|x-.*)$/

/**
 * A header block without octets above 127: text in encoded words (RFC 2047), file names by RFC 2231. Throws NotSevenBit for
 * fields that have no such form.
 */
export function sevenBitHeader(block: Uint8Array, change: HeaderChange): Uint8Array {
  const fields = placedFields(block)
  const pieces: string[] = []
  const text = Buffer.from(block.buffer, block.byteOffset, block.length)
  const between = (from: number, to: number) => text.toString('latin1', from, to).replace(/[\x80-\xff]/g, '?')
  let at = 0
  for (const field of fields) {
    pieces.push(between(at, field.from), fieldOf(field, text, change))
    at = field.to
  }
  const added = addedFields(new Set(fields.map(({ key }) => key)), change)
  return Buffer.from(`${pieces.join('')}${added}${between(at, text.length)}`, 'latin1')
}

function fieldOf(field: PlacedField, text: Buffer, { encoding }: HeaderChange): string {
  if (field.key === 'content-transfer-encoding' && encoding !== undefined)
    return formatEncodedHeader('Content-Transfer-Encoding', encoding)
  const stored = text.toString('latin1', field.from, field.to)
  if (!/[\x80-\xff]/.test(stored)) return stored
  try {
    if (unstructured.test(field.key)) return formatHeader(field.name, decodeWords(unfold(field.value)))
    if (addresses.has(field.key)) return formatAddressHeader(field.name, parseAddressField(field.value))
    if (withParams.has(field.key)) {
      const { value, params } = parseParams(field.value)
      return formatEncodedHeader(field.name, formatParams(value, params))
    }
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
  }
  throw new NotSevenBit(`its field ${field.name} has no form without octets above 127`)
}

function addedFields(known: ReadonlySet<string>, { encoding, typeUnknown, top }: HeaderChange): string {
  if (encoding === undefined) return ''
  return [
    top && !known.has('mime-version') ? 'MIME-Version: 1.0\r\n' : '',
    typeUnknown && !known.has('content-type') ? 'Content-Type: text/plain; charset=unknown-8bit\r\n' : '',
    known.has('content-transfer-encoding') ? '' : `Content-Transfer-Encoding: ${encoding}\r\n`,
  ].join('')
}
