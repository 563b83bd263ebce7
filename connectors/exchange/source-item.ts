import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ItemClass } from '#src/domain/mailbox/item.ts'
import { filesOfOccurrences } from '#src/domain/migration/files-of-series.ts'
import type { Loss, SourceFacts, SourceFolder, SourceItem } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import type {
  CalendarItemType,
  ContactItemType,
  DistributionListType,
  ItemType,
  MessageType,
  TaskType,
} from '#src/wire/ews/schema-types.ts'
import { attachmentsOf, countedAttachmentsOf, roomOfItem } from './attached-files.ts'
import { photoOf } from './attachments.ts'
import { flagsOf } from './changes.ts'
import { contactOf, listOf } from './contact-item.ts'
import { readEvent } from './event-item.ts'
import type { EwsSession } from './ews-session.ts'
import { type Kept, keptOf, propertyOf, searchKey } from './extended-properties.ts'
import { type ItemKind, kindOfClass } from './item-kind.ts'
import { marksOf } from './item-marks.ts'
import { messageOf } from './mail-item.ts'
import { besideOccurrences } from './occurrence-marks.ts'
import { unknownProperties } from './silent-losses.ts'
import { taskOf } from './task-item.ts'
import { uidOfKey } from './uid-of-key.ts'

export type ItemPlace = { session: EwsSession; spool: Spool; folder: SourceFolder }

const classOf = {
  mail: 'message',
  event: 'event',
  contact: 'contact',
  task: 'task',
  note: 'note',
} as const satisfies Record<ItemKind, ItemClass>
/** An item as GetItem tells it, in the domain's terms. Rejects with SourceFailure: `item-permanent` where this one cannot be had. */
export async function sourceItem(place: ItemPlace, item: ItemType, signal: AbortSignal): Promise<SourceItem> {
  const kind = kindOfClass(item.ItemClass ?? '')
  const losses: Loss[] = unknownProperties(kind, item)
  const { Id: key = '', ChangeKey: version = '' } = item.ItemId ?? {}
  const properties: Kept = keptOf(item.ExtendedProperty, losses)
  const made = await contentOf(place, kind, item, key, losses, signal)
  const marks = marksOf(kind, item, properties)
  return {
    key,
    version,
    match: propertyOf(item.ExtendedProperty, searchKey) ?? null,
    class: classOf[kind],
    title: item.Subject ?? '',
    receivedAt: receivedAt(item),
    flags: kind === 'mail' ? flagsOf(item) : 0,
    keywords: item.Categories ?? [],
    properties: { ...properties, ...marks, ...made.properties },
    message: made.message ?? null,
    content: made.content ?? null,
    attachments: made.attachments ?? [],
    losses,
  }
}

/** Of a message, `SourceMailbox.facts`. */
export function factsOf(item: ItemType): SourceFacts {
  const properties = keptOf(item.ExtendedProperty, [])
  return {
    class: 'message',
    title: item.Subject ?? '',
    receivedAt: receivedAt(item),
    properties: { ...properties, ...marksOf('mail', item, properties) },
  }
}

type Made = Partial<Pick<SourceItem, 'message' | 'content' | 'attachments'>> & { properties?: Kept }

async function contentOf(
  { session, spool }: ItemPlace,
  kind: ItemKind,
  item: ItemType,
  key: string,
  losses: Loss[],
  signal: AbortSignal,
): Promise<Made> {
  const from = { session, spool, room: roomOfItem() }
  switch (kind) {
    case 'mail':
      return { message: await messageOf(item as MessageType, losses) }
    case 'event': {
      const { event, occurrences } = await understood(item, () =>
        readEvent(session, item as CalendarItemType, losses, signal),
      )
      const properties = besideOccurrences(item, occurrences, losses)
      const own = await countedAttachmentsOf(from, item, null, losses, signal)
      const each = []
      for (const { recurrenceId, item: occurrence } of occurrences)
        each.push({
          recurrenceId,
          files: await countedAttachmentsOf(from, occurrence, recurrenceId, losses, signal),
        })
      const theirs = await filesOfOccurrences(own, each, losses, signal)
      const uid = event.uid === '' ? uidOfKey(key) : event.uid
      return {
        content: { ...event, uid },
        properties,
        attachments: [...own.map(({ file }) => file), ...theirs],
      }
    }
    case 'contact': {
      const isList = /^IPM\.DistList/i.test(item.ItemClass ?? '')
      const photo = photoOf(item)
      const Attachments = ((item.Attachments ?? []) as NonNullable<ItemType['Attachments']>).filter(
        ({ FileAttachment }) => FileAttachment === undefined || FileAttachment !== photo,
      )
      const attachments = await attachmentsOf(from, { ...item, Attachments }, losses, signal)
      const content = isList
        ? await listOf(session, item as DistributionListType, key, losses, signal)
        : await contactOf(from, item as ContactItemType, key, losses, signal)
      return { content, attachments }
    }
    case 'task': {
      const { task, properties } = await understood(item, async () =>
        taskOf(item as TaskType, uidOfKey(key), losses),
      )
      return { content: task, properties, attachments: await attachmentsOf(from, item, losses, signal) }
    }
    case 'note': {
      const { Body } = item
      const text = Body?.BodyType === 'HTML' ? htmlToText(Body.Value) : (Body?.Value ?? '')
      return {
        content: { title: item.Subject ?? '', text },
        attachments: await attachmentsOf(from, item, losses, signal),
      }
    }
  }
}

/** What Exchange stores and nobody can read is a fault of this item alone. */
async function understood<T>(item: ItemType, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    const what = `The item "${item.Subject ?? ''}" says what nobody understands: ${error.message}.`
    throw new SourceFailure('item-permanent', 'ErrorCorruptData', what, { cause: error })
  }
}

function receivedAt({ DateTimeReceived, DateTimeSent, DateTimeCreated }: ItemType): number {
  const [at] = [DateTimeReceived, DateTimeSent, DateTimeCreated]
    .map((text) => Date.parse(text ?? ''))
    .filter((ms) => !Number.isNaN(ms))
  return at ?? 0
}
