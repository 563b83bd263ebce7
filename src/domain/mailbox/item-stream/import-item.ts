import { createHash } from 'node:crypto'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { eventEntryOf } from '../../calendar/event-entry.ts'
import { requireCalendarObject } from '../../calendar/events.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { contentSummary } from '../add-item.ts'
import { takeFiles } from '../files.ts'
import { Flag, type FolderNo, type ItemNo, type ItemState } from '../item.ts'
import { indexedMessage } from '../message-parts.ts'
import { giveQuotaNotice } from '../quota-notice.ts'
import type { MailboxRef, NewItem } from '../store.ts'
import { DIGEST_BYTES, headLength, PREFIX_BYTES, parseHead, type StreamHead } from './stream-head.ts'

/** Octets that are no stream of ours, or not all of one. */
export class ForeignStream extends Refusal {
  constructor() {
    super('invalid-parameter', 'The data is no item that this service has exported, or it is damaged.')
  }
}

/**
 * Stores what `exportedItem` gave, in a folder or in place of an item of the same kind, all of it or nothing. The stream is read
 * twice and never held. Refuses `ForeignStream`, `no-such-item`, `wrong-state` for an item of another kind, `over-quota`.
 */
export async function importItem(
  store: Store,
  at: MailboxRef,
  to: { folder: FolderNo } | { item: ItemNo },
  source: SizedSource,
): Promise<ItemState> {
  const { head, bodyFrom } = await readHead(source)
  const made = await madeOf(store, at, head, sliceOf(source, bodyFrom, source.sizeBytes - DIGEST_BYTES))
  const { keywords, receivedAt, properties } = head
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, async ({ mailboxes }) => {
    if ('folder' in to) {
      const item = { ...made, keywords, receivedAt, ...(properties && { properties }), folder: to.folder }
      return mailboxes.appendItem(at, item)
    }
    const [there] = await mailboxes.getItems(at, [to.item])
    if (there === undefined) throw new Refusal('no-such-item', 'There is no such item in this mailbox.')
    if (there.class !== made.class)
      throw new Refusal('wrong-state', `The item is a ${there.class}, and the data is a ${made.class}.`)
    const attached = made.flags & Flag.hasAttachment
    if (attached === 0) await mailboxes.changeFlags(at, [to.item], { remove: Flag.hasAttachment })
    await mailboxes.changeFlags(at, [to.item], { set: made.flags & ~Flag.hasAttachment })
    if (attached !== 0) await mailboxes.changeFlags(at, [to.item], { add: attached })
    return mailboxes.changeItem(at, to.item, {
      keywords,
      receivedAt,
      summary: made.summary,
      content: made.content ?? null,
      properties: properties ?? null,
      body: made.body ?? null,
      structure: made.structure ?? null,
      ...(made.class === 'event' && { event: made.event ?? null }),
    })
  })
  await giveQuotaNotice(store, at)
  return state
}

async function readHead(source: SizedSource): Promise<{ head: StreamHead; bodyFrom: number }> {
  const { sizeBytes } = source
  if (sizeBytes < PREFIX_BYTES + DIGEST_BYTES) throw new ForeignStream()
  const length = headLength(await octetsOf(source, 0, PREFIX_BYTES))
  if (length === undefined) throw new ForeignStream()
  const bodyFrom = PREFIX_BYTES + length
  if (bodyFrom + DIGEST_BYTES > sizeBytes) throw new ForeignStream()
  const head = parseHead(await octetsOf(source, PREFIX_BYTES, bodyFrom))
  if (head === undefined || bodyFrom + (head.bodyBytes ?? 0) + DIGEST_BYTES !== sizeBytes)
    throw new ForeignStream()
  const digest = createHash('sha256')
  for await (const piece of sliceOf(source, 0, sizeBytes - DIGEST_BYTES)) digest.update(piece)
  if (!digest.digest().equals(await octetsOf(source, sizeBytes - DIGEST_BYTES, sizeBytes)))
    throw new ForeignStream()
  return { head, bodyFrom }
}

type Made = Omit<NewItem, 'folder' | 'receivedAt' | 'keywords' | 'properties' | 'body'> & {
  flags: number
  body?: Awaited<ReturnType<Store['stageBody']>>
}

async function madeOf(
  store: Store,
  at: MailboxRef,
  head: StreamHead,
  body: AsyncIterable<Uint8Array>,
): Promise<Made> {
  // What is attached is seen, not told.
  const flags = head.flags & ~Flag.hasAttachment
  const content = head.content && soundContent(head)
  if (head.class === 'message') {
    const { staged, item } = await indexedMessage(store, at, head.bodyBytes!, body)
    return { ...item, flags: flags | item.flags, body: staged, ...(content && { content }) }
  }
  const event = head.class === 'event' ? eventEntryOf(content as unknown as CalendarObject) : undefined
  const files = head.bodyBytes === null ? undefined : { sizeBytes: head.bodyBytes, read: () => body }
  const taken = files && (await takeFiles(store, at, files))
  return {
    class: head.class,
    flags: flags | (taken?.flags ?? 0),
    content: content!,
    summary: { ...contentSummary(head.class, content!), ...taken?.names },
    ...taken?.stored,
    ...(event && { event }),
  }
}

/** Events and tasks must be such that calendars can hold them; so must what a meeting message says. */
function soundContent({ class: kind, content = {} }: StreamHead): NonNullable<StreamHead['content']> {
  const types = { event: 'Event', task: 'Task', contact: 'Card', message: 'MeetingMessage', note: undefined }
  if (types[kind] !== undefined && content['@type'] !== types[kind]) throw new ForeignStream()
  if (kind === 'contact' || kind === 'note') return content
  const object = (kind === 'message' ? content.object : content) as CalendarObject | undefined
  if (typeof object?.uid !== 'string') throw new ForeignStream()
  try {
    requireCalendarObject(object)
    if (kind === 'event') eventEntryOf(object)
  } catch {
    // Whatever it stumbled over, nobody could show it.
    throw new ForeignStream()
  }
  return content
}

/** Octets from `start` to before `end`. */
async function* sliceOf(source: SizedSource, start: number, end: number): AsyncGenerator<Uint8Array> {
  let offset = 0
  for await (const piece of source.read()) {
    const from = Math.max(0, start - offset)
    const to = Math.min(piece.length, end - offset)
    offset += piece.length
    if (to > from) yield piece.subarray(from, to)
    if (offset >= end) return
  }
}

async function octetsOf(source: SizedSource, start: number, end: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const piece of sliceOf(source, start, end)) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}
