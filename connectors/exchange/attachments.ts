import type { CountedFile } from '#src/domain/migration/files-of-series.ts'
import type { Loss, SourceAttachment } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Spool, Spooled } from '#src/platform/spool/spool.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentInfoResponseMessageType,
  AttachmentType,
  FileAttachmentType,
  ItemType,
} from '#src/wire/ews/schema-types.ts'
import type { Octets } from '#src/wire/xml/octets.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage } from './failures.ts'
import { largeAnswer } from './large-answer.ts'

type From = { session: EwsSession; spool: Spool }

/** Octets as the codec hands them out, as a stream. */
export async function* streamOf(octets: Octets): AsyncGenerator<Uint8Array> {
  if (octets instanceof Uint8Array) yield octets
  else yield* octets.read()
}

/** Files and messages attached to an item that is no message, read when they are asked for. */
export const attachmentsOf = (
  from: From,
  item: ItemType,
  occurrence: string | null,
  losses: Loss[],
): SourceAttachment[] => countedAttachmentsOf(from, item, occurrence, losses).map(({ file }) => file)

/** The same with their sizes as Exchange tells them. */
export function countedAttachmentsOf(
  from: From,
  item: ItemType,
  occurrence: string | null,
  losses: Loss[],
): CountedFile[] {
  return ((item.Attachments ?? []) as ArrayOfAttachmentsType).flatMap((one) => {
    const given: AttachmentType | undefined = one.FileAttachment ?? one.ItemAttachment
    const id = given?.AttachmentId?.Id
    if (given === undefined || id === undefined) {
      losses.push({
        property: `attachment "${one.ReferenceAttachment?.Name ?? ''}"`,
        reason: 'a link to a file that lies elsewhere',
        weight: 'visible',
      })
      return []
    }
    const isMessage = one.ItemAttachment !== undefined
    const file: SourceAttachment = {
      name: isMessage ? `${given.Name ?? 'message'}.eml` : (given.Name ?? 'attachment'),
      type: isMessage ? 'message/rfc822' : (given.ContentType ?? 'application/octet-stream'),
      contentId: given.ContentId ?? null,
      inline: given.IsInline ?? false,
      occurrence,
      // What Exchange says counts more than the content.
      sizeBytes: null,
      open: (signal: AbortSignal) => attached(from, { id, isMessage, size: given.Size ?? 0 }, signal),
    }
    return { file, octets: given.Size ?? 0, id }
  })
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
  const { AttachmentId: _, ...attachment } = one?.ItemAttachment ?? {}
  const items = Object.values(attachment).filter((value) => typeof value === 'object') as ItemType[]
  return items.find((item) => item.MimeContent !== undefined)?.MimeContent?.Value
}
