/** Files of an event, contact, task or note: parts of a message (RFC 2045) that is kept as the body of its item. */

import { attachedParts, isMeetingPart } from '#src/formats/mime/attached-parts.ts'
import { type ComposedPart, composeMessage, type SizedSource } from '#src/formats/mime/compose.ts'
import { type MimePart, mostDecodedBytes } from '#src/formats/mime/part.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { LARGEST_MESSAGE_BYTES } from './add-message.ts'
import type { Structure } from './content.ts'
import { Flag, type Flags, type Item, type ItemNo, type ItemState } from './item.ts'
import { indexedMessage } from './message-parts.ts'
import { giveQuotaNotice } from './quota-notice.ts'
import type { MailboxReader, MailboxRef, MailboxWriter, NewItem, StagedBody } from './store.ts'
import { requireUnchanged } from './unchanged.ts'

/** Files that were taken in and belong to no item yet. */
type TakenFiles = {
  flags: Flags
  names: { attachmentNames?: readonly string[] }
  stored: { body: StagedBody } & Pick<NewItem, 'structure'>
}

/** Files as such a message; its text says nothing. */
export const messageOfFiles = (files: readonly ComposedPart[]): SizedSource =>
  composeMessage('', { multipart: 'mixed', parts: [{ text: '', subtype: 'plain' }, ...files] })

/** Refuses `too-large`, as for a message: they may be sent with invitations. */
export function requireSendable({ sizeBytes }: SizedSource): void {
  if (sizeBytes > LARGEST_MESSAGE_BYTES)
    throw new Refusal(
      'too-large',
      `The files have ${sizeBytes} octets together, and at most ${LARGEST_MESSAGE_BYTES} are accepted. Send large files another way.`,
    )
}

/** Takes in the message whose attachments are the files, reading it once. */
export async function takeFiles(
  store: Pick<Store, 'stageBody'>,
  at: MailboxRef,
  files: SizedSource,
): Promise<TakenFiles> {
  const { staged, item } = await indexedMessage(store, at, files.sizeBytes, files.read())
  const { attachmentNames } = item.summary
  return {
    flags: item.structure && filesIn(item.structure).length > 0 ? Flag.hasAttachment : 0,
    names: attachmentNames === undefined ? {} : { attachmentNames },
    stored: { body: staged, ...(item.structure && { structure: item.structure }) },
  }
}

/**
 * Puts files in the place of those that an event, contact, task or note has; null takes all away. Refuses `too-large`, `no-such-item`,
 * `over-quota`, and `ChangedMeanwhile` when somebody changed the item after `unchangedSince`.
 */
export async function changeFiles(
  store: Store,
  at: MailboxRef,
  no: ItemNo,
  files: SizedSource | null,
  { unchangedSince }: { unchangedSince?: number } = {},
): Promise<ItemState> {
  if (files !== null) requireSendable(files)
  const taken = files === null ? undefined : await takeFiles(store, at, files)
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, async ({ mailboxes }) => {
    await requireUnchanged(mailboxes, at, no, unchangedSince)
    const [item] = await mailboxes.getItems(at, [no], ['summary'])
    const { attachmentNames: _, ...summary } = item?.summary ?? { subject: '' }
    const hasSome = ((taken?.flags ?? 0) & Flag.hasAttachment) !== 0
    await mailboxes.changeFlags(at, [no], { [hasSome ? 'add' : 'remove']: Flag.hasAttachment })
    return mailboxes.changeItem(at, no, {
      summary: { ...summary, ...taken?.names },
      ...(taken ? taken.stored : { body: null, structure: null }),
    })
  })
  await giveQuotaNotice(store, at)
  return state
}

/**
 * Lets an item have the files of a message of the same mailbox: the body is shared. Where the message has none, or there is no
 * room for them, the item stays as it is.
 */
export async function shareFiles(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  { no, structure, summary: { attachmentNames } }: { no: ItemNo } & Pick<NewItem, 'structure' | 'summary'>,
  to: ItemNo,
): Promise<void> {
  if (structure === undefined || filesIn(structure).length === 0) return
  const [item] = await mailboxes.getItems(at, [to], ['summary'])
  const summary = { ...item!.summary!, ...(attachmentNames && { attachmentNames }) }
  try {
    await mailboxes.changeItem(at, to, { body: { sameAs: no }, structure, summary })
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'over-quota') throw error
    return
  }
  await mailboxes.changeFlags(at, [to], { add: Flag.hasAttachment })
}

/** The parts of an item's body that are its files, or those of one occurrence; none for what has no body. */
export const filesOf = (
  { body, structure }: Pick<Item, 'body' | 'structure'>,
  recurrenceId?: string,
): readonly MimePart[] => (body === null || !structure ? [] : filesIn(structure, recurrenceId))

/** Parameter of Content-Type of a file that one occurrence of a series has beside those of the series. */
export const OCCURRENCE = 'x-landbridge-occurrence'

/** Parameter of Content-Type of an event, task or contact that is attached as such. What others attach without it is a file, as in Exchange. */
export const ATTACHED_ITEM = 'x-landbridge-item'
const kinds = ['event', 'task', 'contact'] as const
/** What is attached as an item. */
export type AttachedKind = 'message' | (typeof kinds)[number]

/** As which item a part is shown; undefined for a file. */
export const attachedKind = ({ type, params, message }: MimePart): AttachedKind | undefined =>
  message !== undefined
    ? 'message'
    : type === 'text'
      ? kinds.find((kind) => kind === params[ATTACHED_ITEM])
      : undefined

/** The files of an item, or those of one occurrence of a series: its own come behind those of all. */
export const filesIn = (structure: Structure, recurrenceId?: string | null): readonly MimePart[] =>
  allFilesIn(structure).filter(
    ({ params: { [OCCURRENCE]: one } }) => one === undefined || one === recurrenceId,
  )

/**
 * Also those of all occurrences. The body of a meeting that somebody was invited to is the message that did: its text and calendar
 * are no files.
 */
export const allFilesIn = (structure: Structure): readonly MimePart[] =>
  attachedParts(structure, { meeting: false }).filter((part) => !isMeetingPart(part))

/** The files of a stored item, or some of its parts, as parts of another message, read when they are needed. */
export function storedFiles(
  mailboxes: MailboxReader,
  at: MailboxRef,
  item: Item,
  parts: readonly MimePart[] = filesOf(item),
): { stored: SizedSource }[] {
  return parts.map((part) => {
    const { headerOffset: start, bodyEnd: end } = part
    const read = () => mailboxes.readBody(at, item.body!, { start, end })
    return { stored: { sizeBytes: end - start, decodedBytes: mostDecodedBytes(part), read } }
  })
}

/**
 * A file as others get it, who need not know of which occurrence it is, as a part of another message. `read`: octets of the message
 * that it lies in.
 */
export async function fileForOthers(
  part: MimePart,
  read: (range: { start: number; end: number }) => AsyncIterable<Uint8Array>,
): Promise<SizedSource> {
  const { headerOffset, bodyOffset, bodyEnd: end, params } = part
  const decodedBytes = mostDecodedBytes(part)
  if (params[OCCURRENCE] === undefined) {
    const range = { start: headerOffset, end }
    return { sizeBytes: end - headerOffset, decodedBytes, read: () => read(range) }
  }
  const header = Buffer.concat(
    await Array.fromAsync(read({ start: headerOffset, end: bodyOffset }), (piece) => Uint8Array.from(piece)),
  )
  const told = Buffer.from(header.toString('latin1').replace(occurrenceParam, ''), 'latin1')
  return {
    sizeBytes: told.length + end - bodyOffset,
    decodedBytes,
    async *read() {
      yield told
      yield* read({ start: bodyOffset, end })
    },
  }
}

const occurrenceParam = new RegExp(`;\\s*${OCCURRENCE}=(?:"[^"]*"|[^;\\s]*)`, 'i')

/**
 * The body of an item as it goes elsewhere: a message whole, of what is no message its files alone, as nobody who may read an event is told
 * what was written in the message that brought it. Null for none.
 */
export function carriedBody(mailboxes: MailboxReader, at: MailboxRef, item: Item): SizedSource | null {
  const { body, structure, sizeBytes } = item
  if (body === null) return null
  if (item.class === 'message') return { sizeBytes, read: () => mailboxes.readBody(at, body) }
  const files = structure ? allFilesIn(structure) : []
  return files.length === 0 ? null : messageOfFiles(storedFiles(mailboxes, at, item, files))
}

/** What of an item's summary is about its files, and stays when the rest is made anew. */
export async function fileNames(
  mailboxes: MailboxReader,
  at: MailboxRef,
  no: ItemNo,
): Promise<TakenFiles['names']> {
  const [item] = await mailboxes.getItems(at, [no], ['summary'])
  const { attachmentNames } = item?.summary ?? {}
  return attachmentNames === undefined ? {} : { attachmentNames }
}
