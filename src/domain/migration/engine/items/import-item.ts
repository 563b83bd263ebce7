import { giveBack } from '#src/base/give-back.ts'
import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import { eventEntryOf } from '../../../calendar/event-entry.ts'
import { cameMeeting, isMeetingClass } from '../../../calendar/scheduling/came-meeting.ts'
import type { Spool } from '../../../delivery/spool.ts'
import { contentSummary } from '../../../mailbox/add-item.ts'
import type { ItemSummary } from '../../../mailbox/content.ts'
import { takeFiles } from '../../../mailbox/files.ts'
import { Flag } from '../../../mailbox/item.ts'
import {
  type IndexedMessage,
  indexedMessage,
  indexedOctets,
  inOnePiece,
} from '../../../mailbox/message-parts.ts'
import type { MailboxRef, NewItem } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { Loss, SourceItem, SourceOctets } from '../../source.ts'
import { SourceFailure } from '../../source-failure.ts'
import { attachmentsBody } from './attachments-body.ts'
import { BodyDigest, bodyDigestWith, contentDigest, factsDigest } from './canonical.ts'
import { fittingContent } from './fitting-content.ts'

/** An item of a source that is ready to be written. */
export type PreparedItem = {
  key: string
  version: string
  match: string | null
  title: string
  losses: readonly Loss[]
  hash: string
  facts: string
  files?: string
  /** As the source counts it: octets of the message, or of the content here. */
  sizeBytes: number
  item: Omit<NewItem, 'folder'>
}

export type ImportDeps = {
  store: Pick<Store, 'stageBody'>
  spool: Spool
  /** Above this an item is left behind. */
  largestItemBytes: number
  /** Of the digests of messages (`KeyedDigest`); for a ledger, as without it they take much longer. */
  digestKey?: Uint8Array
}

/** Messages up to this are read at once and taken in beside others. */
const BUFFERED_BYTES = 256 * 1024
/** As much of one event, contact, task or note as is kept, in octets of JSON (`add-item.ts`). */
export const LARGEST_CONTENT_BYTES = 4 * 1024 * 1024

/**
 * Reads what an item consists of, now, and answers how to take it in: that may wait, and be done beside others. Throws
 * `SourceFailure` (`item-permanent`, code `too-large` or `bad-content`) for what cannot be kept, and what the source throws.
 */
export async function readItem(
  deps: ImportDeps,
  at: MailboxRef,
  item: SourceItem,
  signal: AbortSignal,
): Promise<() => Promise<PreparedItem>> {
  if (item.class === 'message') return readMessage(deps, at, item, signal)
  return readContent(deps, at, item, signal)
}

async function readMessage(
  { store, spool, largestItemBytes, digestKey }: ImportDeps,
  at: MailboxRef,
  item: SourceItem,
  signal: AbortSignal,
): Promise<() => Promise<PreparedItem>> {
  const { message } = item
  if (message === null) throw bad('bad-content', 'The source gave a message without its text.')
  const { sizeBytes } = message
  if (sizeBytes !== null && sizeBytes > largestItemBytes) throw tooLarge(sizeBytes, largestItemBytes)
  const digest = bodyDigestWith(digestKey)
  const take = async (size: number, source: AsyncIterable<Uint8Array>): Promise<PreparedItem> => {
    const { staged, ...indexed } = await indexedMessage(store, at, size, source)
    const { losses, made } = await asMail(item, indexed)
    return prepared({ ...item, losses }, digest.finish(), size, { ...made, body: staged })
  }
  if (sizeBytes !== null && sizeBytes <= BUFFERED_BYTES) {
    const { whole } = message
    const octets = whole ?? (await wholeOf(message, sizeBytes, largestItemBytes, signal))
    digest.push(octets)
    const hash = digest.finish()
    const size = octets.length
    const letGo = () => (whole === undefined ? giveBack([octets]) : message.letGo?.())
    return async () => {
      try {
        const { losses, made } = await asMail(item, await indexedOctets(octets))
        // Many wait for the disk at once: their octets are in the way of others as soon as they are sealed.
        const body = await store.stageBody(at, size, inOnePiece(octets), letGo)
        return prepared({ ...item, losses }, hash, size, { ...made, body })
      } finally {
        letGo()
      }
    }
  }
  if (sizeBytes !== null) {
    const made = await take(sizeBytes, passing(message.open(signal), digest))
    message.letGo?.()
    return async () => made
  }
  const spooled = spool.create()
  try {
    for await (const octets of passing(message.open(signal), digest)) {
      if (spooled.sizeBytes + octets.length > largestItemBytes)
        throw tooLarge(spooled.sizeBytes + octets.length, largestItemBytes)
      await spooled.write(Uint8Array.from(octets))
    }
    const made = await take(spooled.sizeBytes, spooled.read())
    return async () => made
  } finally {
    await spooled.release()
  }
}

/** What is kept of a message, and what of it is lost. */
async function asMail(
  item: SourceItem,
  { item: made, read }: Omit<IndexedMessage, 'staged'>,
): Promise<{ losses: readonly Loss[]; made: Omit<NewItem, 'folder' | 'receivedAt'> }> {
  const meeting = await cameMeeting(made, read, item.properties)
  const isLost = meeting === undefined && isMeetingClass(item.properties)
  return {
    losses: isLost ? [...item.losses, shownAsMail] : item.losses,
    made: {
      ...made,
      ...(meeting && { content: meeting as unknown as Record<string, unknown> }),
      flags: (item.flags & ~Flag.hasAttachment) | made.flags,
    },
  }
}

const shownAsMail: Loss = {
  property: 'meeting message',
  reason:
    'It has no calendar part that can be read: it is shown as mail. Answer from the event in the calendar.',
  weight: 'metadata',
}

async function readContent(
  { store, spool, largestItemBytes }: ImportDeps,
  at: MailboxRef,
  given: SourceItem,
  signal: AbortSignal,
): Promise<() => Promise<PreparedItem>> {
  if (given.content === null || given.class === 'message')
    throw bad('bad-content', `The source gave a ${given.class} without content.`)
  const fitting = fittingContent(given.content, LARGEST_CONTENT_BYTES)
  if (fitting === undefined)
    throw tooLarge(Buffer.byteLength(JSON.stringify(given.content)), LARGEST_CONTENT_BYTES)
  const { content, bytes } = fitting
  const item = { ...given, class: given.class, losses: [...given.losses, ...fitting.losses] }
  const summary: ItemSummary = contentSummary(item.class, content)
  const event = item.class === 'event' ? eventOf(content as CalendarObject) : undefined
  const made: Omit<NewItem, 'folder'> = {
    ...bare(item),
    class: item.class,
    flags: item.flags & ~Flag.hasAttachment,
    summary,
    content,
    ...(event && { event }),
  }
  if (item.attachments.length === 0) return async () => prepared(item, contentDigest(content), bytes, made)
  const spooled = await attachmentsBody(spool, item.attachments, largestItemBytes, signal)
  try {
    const { flags, names, stored } = await takeFiles(store, at, spooled)
    const whole: Omit<NewItem, 'folder'> = {
      ...made,
      flags: (made.flags ?? 0) | flags,
      summary: { ...summary, ...names },
      ...stored,
    }
    const digest = new BodyDigest()
    for await (const octets of spooled.read()) digest.push(octets)
    const taken = { ...prepared(item, contentDigest(content), bytes, whole), files: digest.finish() }
    return async () => taken
  } finally {
    await spooled.release()
  }
}

function eventOf(content: CalendarObject): NewItem['event'] {
  try {
    return eventEntryOf(content)
  } catch (cause) {
    throw bad('bad-content', `Its times cannot be understood: ${(cause as Error).message}`)
  }
}

const bare = ({ keywords, receivedAt, properties }: SourceItem) => ({
  keywords,
  receivedAt,
  ...(Object.keys(properties).length > 0 && { properties }),
  // What comes over must not be refused: whether it fits was looked at before.
  ignoreQuota: true,
})

function prepared(
  source: SourceItem,
  hash: string,
  sizeBytes: number,
  made: Omit<NewItem, 'folder' | 'receivedAt'>,
): PreparedItem {
  const { key, version, match, title, losses } = source
  const facts = factsDigest(source)
  return { key, version, match, title, losses, hash, facts, sizeBytes, item: { ...bare(source), ...made } }
}

/** Announced with so many octets, and most often it has as many. */
async function wholeOf(
  octets: SourceOctets,
  sizeBytes: number,
  most: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let whole = Buffer.allocUnsafeSlow(sizeBytes)
  let bytes = 0
  for await (const chunk of octets.open(signal)) {
    const after = bytes + chunk.length
    if (after > most) throw tooLarge(after, most)
    if (after > whole.length) whole = Buffer.concat([whole.subarray(0, bytes)], 2 * after)
    whole.set(chunk, bytes)
    bytes = after
  }
  return whole.subarray(0, bytes)
}

type Pushed = Pick<BodyDigest, 'push'>

async function* passing(source: AsyncIterable<Uint8Array>, digest: Pushed): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    digest.push(chunk)
    yield chunk
  }
}

const bad = (code: string, message: string): SourceFailure =>
  new SourceFailure('item-permanent', code, message)

const tooLarge = (bytes: number, most: number): SourceFailure =>
  bad(
    'too-large',
    `It has ${bytes} octets, and at most ${most} are taken over. Raise the limit of the project, or save it by hand.`,
  )
