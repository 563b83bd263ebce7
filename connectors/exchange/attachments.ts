import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Spool, Spooled } from '#src/platform/spool/spool.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentInfoResponseMessageType,
  FileAttachmentType,
  ItemType,
} from '#src/wire/ews/schema-types.ts'
import type { Octets } from '#src/wire/xml/octets.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'
import { largeAnswer } from './large-answer.ts'

export type From = { session: EwsSession; spool: Spool }

/** Octets as the codec hands them out, as a stream. */
export async function* streamOf(octets: Octets): AsyncGenerator<Uint8Array> {
  if (octets instanceof Uint8Array) yield octets
  else yield* octets.read()
}

/** The photo of a contact is one of its attachments. */
export const photoOf = (item: ItemType): FileAttachmentType | undefined =>
  ((item.Attachments ?? []) as ArrayOfAttachmentsType)
    .flatMap(({ FileAttachment }) => FileAttachment ?? [])
    .find(
      ({ IsContactPhoto, Name }) => IsContactPhoto || /^ContactPicture\.(?:jpe?g|png|gif)$/i.test(Name ?? ''),
    )

/** The content of an attachment, from the spool where it is large. Rejects with SourceFailure. */
export async function* attached(
  { session, spool }: From,
  { id, isMessage, size }: { id: string; isMessage: boolean; size: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stored: Spooled[] = []
  try {
    const [answer] = await session.messages<'GetAttachment', AttachmentInfoResponseMessageType>(
      'GetAttachment',
      { AttachmentShape: { IncludeMimeContent: isMessage }, AttachmentIds: [{ Id: id }] },
      signal,
      largeAnswer(spool, stored, size),
    )
    if (answer === undefined || answer.ResponseClass === 'Error')
      throw failureOfMessage(answer ?? { ResponseClass: 'Error' }, 'An attachment')
    const octets = contentOf(answer)
    if (octets === undefined)
      throw new SourceFailure(
        'item-permanent',
        'ErrorMimeContentConversionFailed',
        'An attached item came without its content.',
      )
    yield* streamOf(octets)
  } finally {
    for (const one of stored) await one.release()
  }
}

function contentOf({ Attachments: [one] }: AttachmentInfoResponseMessageType): Octets | undefined {
  if (one?.FileAttachment !== undefined) return one.FileAttachment.Content ?? new Uint8Array()
  return itemIn(one?.ItemAttachment ?? {})?.item.MimeContent?.Value
}

/** The item that an attachment is, by the name of its element. */
export function itemIn(attachment: object): { element: string; item: ItemType } | undefined {
  const found = Object.entries(attachment).find(
    ([name, value]) => name !== 'AttachmentId' && typeof value === 'object' && value !== null,
  )
  return found && { element: found[0], item: found[1] as ItemType }
}
