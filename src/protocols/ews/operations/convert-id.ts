import { primaryAddress } from '#src/domain/directory/entry.ts'
import type { IdFormatType } from '#src/wire/ews/schema-types.ts'
import { parseId } from '../ids.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** Ids are the same octets in every format; only how they are written differs. */
const formats: Record<IdFormatType, { read(id: string): string; write(id: string): string }> = {
  EwsId: { read: (id) => id, write: (id) => id },
  EwsLegacyId: { read: (id) => id, write: (id) => id },
  EntryId: { read: (id) => id, write: (id) => id },
  StoreId: { read: (id) => id, write: (id) => id },
  HexEntryId: {
    read: (id) => Buffer.from(id, 'hex').toString('base64'),
    write: (id) => Buffer.from(id, 'base64').toString('hex').toUpperCase(),
  },
  OwaId: {
    // What is no escape of an octet is no id of ours either: `parseId` says so.
    read: (id) => id.replace(/%[0-9a-f]{2}/gi, (octet) => String.fromCharCode(Number(`0x${octet.slice(1)}`))),
    write: encodeURIComponent,
  },
}

/** ConvertId. DavMail learns by it whose mailbox a folder is in (exchange-interop.md 3.2). */
export const convertId = operation({
  name: 'ConvertId',
  count: ({ SourceIds }) => SourceIds.length,
  run: (call, { SourceIds, DestinationFormat }) => ({
    messages: eachMessage(call, 'ConvertId', SourceIds, async ({ AlternateId }) => {
      if (AlternateId === undefined)
        throw new EwsRefusal(
          'ErrorUnsupportedTypeForConversion',
          'not-supported',
          'There are no public folders here.',
        )
      const { Format, Id, Mailbox, IsArchive } = AlternateId
      const id = formats[Format].read(Id)
      const { owner } = await call.places.byId(parseId(id).mailbox)
      return {
        AlternateId: {
          type: 't:AlternateIdType',
          Format: DestinationFormat,
          Id: formats[DestinationFormat].write(id),
          Mailbox: primaryAddress(owner) ?? Mailbox,
          ...(IsArchive !== undefined && { IsArchive }),
        },
      }
    }),
  }),
})
