/** Files of an item that is put back: those of all of it go with CreateItem, those of one occurrence are attached to that one. */
import type { Loss, SourceAttachment, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentInfoResponseMessageType,
  CalendarItemType,
  NonEmptyArrayOfAttachmentsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfOne } from './failures.ts'
import { type OccurrencePlace, readOccurrence } from './occurrence-there.ts'

/** Octets that a slow line carries in a millisecond: a call may take that much longer than usual. */
export const OCTETS_PER_MS = 50

/** Of all occurrences. */
export function filesOf(
  attachments: readonly SourceAttachment[],
  signal: AbortSignal,
): { Attachments?: NonEmptyArrayOfAttachmentsType } {
  const own = attachments.filter(({ occurrence }) => occurrence === null)
  return own.length === 0 ? {} : { Attachments: own.map((file) => fileAttachment(file, signal)) }
}

const endings = { message: 'eml', event: 'ics', task: 'ics', contact: 'vcf' }

/** What is attached as an item goes as a file that mail programs open. */
const nameThere = ({ name, item }: Pick<SourceAttachment, 'name' | 'item'>): string =>
  item === undefined ? name : `${name || item}.${endings[item]}`

/** What is a file there and an item here. */
export const itemsAsFiles = (attachments: readonly SourceAttachment[]): Loss[] =>
  attachments.flatMap(({ item, name }) =>
    item === undefined
      ? []
      : {
          property: 'attachment',
          reason: `"${name}" is attached as a file there, not as an item.`,
          weight: 'metadata',
        },
  )

const fileAttachment = (
  { name, item, type, contentId, contentLocation, inline, sizeBytes, open }: SourceAttachment,
  signal: AbortSignal,
) => ({
  FileAttachment: {
    Name: nameThere({ name, item }),
    ContentType: type,
    IsInline: inline,
    ...(contentId !== null && { ContentId: contentId }),
    ...(contentLocation !== undefined && { ContentLocation: contentLocation }),
    Content: { ...(sizeBytes !== null && { sizeBytes }), read: () => open(signal) },
  },
})

/**
 * Attaches what single occurrences of a series have that was put, `series` by its key there; what is there already is passed over.
 * Answers what the server has not taken. Rejects with SourceFailure.
 */
export async function putOccurrenceFiles(
  session: EwsSession,
  series: string,
  { content, attachments }: SourceItem,
  callMs: number,
  signal: AbortSignal,
): Promise<readonly Loss[]> {
  const some = attachments.filter(({ occurrence }) => occurrence !== null)
  const event = content as unknown as CalendarObject
  const shared = attachments.filter(({ occurrence }) => occurrence === null)
  const losses: Loss[] = []
  for (const [recurrenceId, files] of Map.groupBy(some, ({ occurrence }) => occurrence!)) {
    try {
      await putFiles(session, { series, event, recurrenceId }, { files, shared, callMs }, signal)
      losses.push(...itemsAsFiles(files))
    } catch (error) {
      if (!(error instanceof SourceFailure) || error.kind !== 'item-permanent') throw error
      for (const { name } of files)
        losses.push({
          property: 'attachment',
          reason: `"${name}" belongs to the occurrence of ${recurrenceId.slice(0, 10)} and stays here. ${error.message} Save it by hand.`,
          weight: 'visible',
        })
    }
  }
  return losses
}

type Order = {
  files: readonly SourceAttachment[]
  shared: readonly SourceAttachment[]
  callMs: number
}

async function putFiles(
  session: EwsSession,
  place: OccurrencePlace,
  { files, shared, callMs }: Order,
  signal: AbortSignal,
): Promise<void> {
  const before = await readOccurrence(session, place, signal)
  for (const file of missing(files, before, shared)) {
    const [answer] = await session.messages<'CreateAttachment', AttachmentInfoResponseMessageType>(
      'CreateAttachment',
      { ParentItemId: { Id: before.ItemId.Id }, Attachments: [fileAttachment(file, signal)] },
      signal,
      { timeoutMs: Math.ceil(callMs + (file.sizeBytes ?? 0) / OCTETS_PER_MS) },
    )
    if (answer === undefined || answer.ResponseClass === 'Error')
      throw failureOfOne(answer ?? { ResponseClass: 'Error' }, `Attaching "${file.name}"`)
  }
  const after = await readOccurrence(session, place, signal)
  if (missing(files, after, shared).length > 0)
    throw new SourceFailure('item-permanent', 'not-kept', 'The server took it and does not show it.')
}

/** Files that an occurrence has not, beside those that it has of its series. */
function missing(
  files: readonly SourceAttachment[],
  there: CalendarItemType,
  shared: readonly SourceAttachment[],
): readonly SourceAttachment[] {
  const names = ((there.Attachments ?? []) as ArrayOfAttachmentsType).flatMap(
    ({ FileAttachment, ItemAttachment }) => (FileAttachment ?? ItemAttachment)?.Name ?? [],
  )
  const take = (file: SourceAttachment): boolean => {
    const at = names.findIndex((name) => name === file.name || name === nameThere(file))
    if (at >= 0) names.splice(at, 1)
    return at >= 0
  }
  shared.forEach(take)
  return files.filter((file) => !take(file))
}
