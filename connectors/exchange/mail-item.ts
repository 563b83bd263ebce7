import { giveBack } from '#src/base/give-back.ts'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { Loss, SourceOctets } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import { parseFields } from '#src/formats/header/fields.ts'
import { formatAddressHeader } from '#src/formats/header/format.ts'
import type { EmailAddressType, ItemType, MessageType } from '#src/wire/ews/schema-types.ts'
import { asBuffer, type Octets } from '#src/wire/xml/octets.ts'
import { streamOf } from './attachments.ts'

const HEADER_BYTES = 256 * 1024

/**
 * The octets of a message as Exchange writes them. Recipients of a blind copy that the text leaves out are put before it, so that the
 * signed and encrypted parts stay as they are. Rejects with SourceFailure where Exchange cannot write it.
 */
export async function messageOf(item: MessageType & ItemType, losses: Loss[]): Promise<SourceOctets> {
  const octets = item.MimeContent?.Value
  if (octets === undefined)
    throw new SourceFailure(
      'item-permanent',
      'ErrorMimeContentConversionFailed',
      `The item "${item.Subject ?? ''}" came without its content.`,
    )
  const blind = (item.BccRecipients ?? []).flatMap(writable)
  const missing = (item.BccRecipients ?? []).length - blind.length
  if (missing > 0)
    losses.push({
      property: 'Bcc',
      reason: `${missing} recipients have no address that a header can hold`,
      weight: 'visible',
    })
  const head =
    blind.length === 0 || (await hasBcc(octets)) ? undefined : Buffer.from(formatAddressHeader('Bcc', blind))
  const size = octets instanceof Uint8Array ? octets.length : octets.sizeBytes
  return {
    sizeBytes: size === undefined ? null : size + (head?.length ?? 0),
    ...(head === undefined &&
      octets instanceof Uint8Array && { whole: octets, letGo: () => giveBack([octets]) }),
    async *open(signal) {
      if (head !== undefined) yield head
      for await (const piece of streamOf(octets)) {
        signal.throwIfAborted()
        yield piece
      }
    },
  }
}

/** None for an address of another kind, or one that would need another form of the whole message. */
function writable({ Name, EmailAddress = '' }: EmailAddressType): Mailbox[] {
  try {
    const one = { ...(Name && { name: Name.replace(/[\r\n\0]+/g, ' ') }), ...parseAddrSpec(EmailAddress) }
    formatAddressHeader('Bcc', [one])
    return [one]
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return []
  }
}

async function hasBcc(octets: Octets): Promise<boolean> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of streamOf(octets)) {
    pieces.push(Buffer.from(piece))
    size += piece.length
    if (size >= HEADER_BYTES) break
  }
  const text = asBuffer(Buffer.concat(pieces))
  const end = text.indexOf('\r\n\r\n')
  return parseFields(end < 0 ? text : text.subarray(0, end + 2)).some(({ key }) => key === 'bcc')
}
