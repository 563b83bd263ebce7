/** Files of an item that is put back: those of all of it go with CreateItem, those of one occurrence are attached to that one. */
import type { Loss, SourceAttachment, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { ofSeries, seriesFrom } from '#src/formats/jscalendar/occurrences.ts'
import { parseLocal } from '#src/formats/recurrence/civil.ts'
import { findIanaZone } from '#src/formats/time-zone/iana-zone.ts'
import { toEpoch, utc } from '#src/formats/time-zone/zone.ts'
import type {
  ArrayOfAttachmentsType,
  AttachmentInfoResponseMessageType,
  CalendarItemType,
  ItemInfoResponseMessageType,
  NonEmptyArrayOfAttachmentsType,
  NonEmptyArrayOfBaseItemIdsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsSession } from './ews-session.ts'
import { failureOfMessage, failureOfOne } from './failures.ts'
import type { Named } from './return-token.ts'

/** Octets that a slow line carries in a millisecond: a call may take that much longer than usual. */
export const OCTETS_PER_MS = 50
const DAY_MS = 86_400_000
/** A series has no occurrence of a higher number by which EWS names it. */
const MOST_INSTANCES = 10_000

/** Of all occurrences. */
export function filesOf(
  attachments: readonly SourceAttachment[],
  signal: AbortSignal,
): { Attachments?: NonEmptyArrayOfAttachmentsType } {
  const own = attachments.filter(({ occurrence }) => occurrence === null)
  return own.length === 0 ? {} : { Attachments: own.map((file) => fileAttachment(file, signal)) }
}

const fileAttachment = (
  { name, type, contentId, inline, sizeBytes, open }: SourceAttachment,
  signal: AbortSignal,
) => ({
  FileAttachment: {
    Name: name,
    ContentType: type,
    IsInline: inline,
    ...(contentId !== null && { ContentId: contentId }),
    Content: { ...(sizeBytes !== null && { sizeBytes }), read: () => open(signal) },
  },
})

/**
 * Attaches what single occurrences of a series have that was put; what is there already is passed over. Answers the series as it is
 * named then, and what the server has not taken. Rejects with SourceFailure.
 */
export async function putOccurrenceFiles(
  session: EwsSession,
  series: Named,
  { title, content, attachments }: SourceItem,
  callMs: number,
  signal: AbortSignal,
): Promise<{ id: Named; losses: readonly Loss[] }> {
  const some = attachments.filter(({ occurrence }) => occurrence !== null)
  if (some.length === 0) return { id: series, losses: [] }
  const event = content as unknown as CalendarObject
  const shared = attachments.filter(({ occurrence }) => occurrence === null).map(({ name }) => name)
  const losses: Loss[] = []
  for (const [recurrenceId, files] of Map.groupBy(some, ({ occurrence }) => occurrence!)) {
    try {
      await putFiles(
        session,
        idOf(series, event, recurrenceId),
        { event, recurrenceId, files, shared, callMs },
        signal,
      )
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
  const [there] = await read(session, { ItemId: { Id: series.key } }, title, signal)
  return { id: { key: series.key, version: there?.ItemId?.ChangeKey ?? series.version }, losses }
}

/** By its number among those of the rule, whatever was deleted of them ([MS-OXWSCDATA] OccurrenceItemIdType). */
function idOf(series: Named, event: CalendarObject, recurrenceId: string) {
  const wanted = parseLocal(recurrenceId)
  let InstanceIndex = 0
  if (ofSeries(event, [recurrenceId]).has(recurrenceId))
    for (const start of seriesFrom(event, parseLocal(event.start!), wanted)) {
      InstanceIndex++
      if (start >= wanted || InstanceIndex >= MOST_INSTANCES) {
        if (start === wanted) return { OccurrenceItemId: { RecurringMasterId: series.key, InstanceIndex } }
        break
      }
    }
  throw new SourceFailure('item-permanent', 'not-taken', 'EWS names only days that follow from the rule.')
}

type Order = {
  event: CalendarObject
  recurrenceId: string
  files: readonly SourceAttachment[]
  shared: readonly string[]
  callMs: number
}

async function putFiles(
  session: EwsSession,
  occurrence: NonEmptyArrayOfBaseItemIdsType[number],
  { event, recurrenceId, files, shared, callMs }: Order,
  signal: AbortSignal,
): Promise<void> {
  const what = `"${event.title ?? ''}" of ${recurrenceId.slice(0, 10)}`
  const [before] = await read(session, occurrence, what, signal)
  const told = before?.OriginalStart ?? before?.Start
  const zone = event.timeZone == null ? utc : (findIanaZone(event.timeZone) ?? utc)
  const apart = Math.abs(Date.parse(told ?? '') - toEpoch(zone, parseLocal(recurrenceId)))
  // A day without hours, or without a zone, begins at midnight somewhere.
  const isMeant = event.showWithoutTime || event.timeZone == null ? apart <= DAY_MS : apart === 0
  const id = before?.ItemId
  if (id === undefined || !isMeant)
    throw new SourceFailure('item-permanent', 'not-taken', `${what} is another day there.`)
  for (const file of missing(files, before, shared)) {
    const [answer] = await session.messages<'CreateAttachment', AttachmentInfoResponseMessageType>(
      'CreateAttachment',
      { ParentItemId: { Id: id.Id }, Attachments: [fileAttachment(file, signal)] },
      signal,
      { timeoutMs: Math.ceil(callMs + (file.sizeBytes ?? 0) / OCTETS_PER_MS) },
    )
    if (answer === undefined || answer.ResponseClass === 'Error')
      throw failureOfOne(answer ?? { ResponseClass: 'Error' }, `Attaching "${file.name}"`)
  }
  const [after] = await read(session, occurrence, what, signal)
  if (missing(files, after, shared).length > 0)
    throw new SourceFailure('item-permanent', 'not-kept', 'The server took it and does not show it.')
}

/** Files that an occurrence has not, beside those that it has of its series. */
function missing(
  files: readonly SourceAttachment[],
  there: CalendarItemType | undefined,
  shared: readonly string[],
): readonly SourceAttachment[] {
  const names = ((there?.Attachments ?? []) as ArrayOfAttachmentsType).flatMap(
    ({ FileAttachment, ItemAttachment }) => (FileAttachment ?? ItemAttachment)?.Name ?? [],
  )
  const take = (name: string): boolean => {
    const at = names.indexOf(name)
    if (at >= 0) names.splice(at, 1)
    return at >= 0
  }
  for (const name of shared) take(name)
  return files.filter(({ name }) => !take(name))
}

async function read(
  session: EwsSession,
  id: NonEmptyArrayOfBaseItemIdsType[number],
  what: string,
  signal: AbortSignal,
): Promise<(CalendarItemType | undefined)[]> {
  const AdditionalProperties = (
    ['item:Attachments', 'calendar:Start', 'calendar:OriginalStart'] as const
  ).map((FieldURI) => ({ FieldURI: { FieldURI } }))
  const [answer] = await session.messages<'GetItem', ItemInfoResponseMessageType>(
    'GetItem',
    { ItemShape: { BaseShape: 'IdOnly', AdditionalProperties }, ItemIds: [id] },
    signal,
  )
  if (answer === undefined) throw failureOfMessage({ ResponseClass: 'Error' }, `Reading ${what}`, 'transient')
  if (answer.ResponseClass === 'Error') throw failureOfOne(answer, `Reading ${what}`)
  return (answer.Items ?? []).map((one) => Object.values(one)[0] as CalendarItemType)
}
