import type { CalendarObject } from '#src/formats/jscalendar/event.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import { htmlToText } from '#src/formats/text/html-text.ts'
import { eventEntryOf } from '../calendar/event-entry.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { ItemContent, ItemSummary } from './content.ts'
import { requireSendable, takeFiles } from './files.ts'
import { Flag, type Flags, type FolderNo, type ItemClass, type ItemState } from './item.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxRef, NewItem } from './store.ts'

/** As much of one event, contact, task or note as is accepted, in octets of JSON. */
const LARGEST_CONTENT_BYTES = 4 * 1024 * 1024
const PREVIEW_LENGTH = 256
/** Of HTML this much is read for the preview; mark-up can be long. */
const HTML_PREVIEWED = 64 * 1024

export type NewContentItem = {
  folder: FolderNo
  class: Exclude<ItemClass, 'message'>
  content: ItemContent
  flags?: Flags
  keywords?: readonly string[]
  receivedAt?: number
  properties?: NonNullable<NewItem['properties']>
  /** Default is made from the content. */
  summary?: ItemSummary
  /** A message whose attachments are the item's files. */
  files?: SizedSource
}

/**
 * Stores an event, contact, task or note. Refuses `too-large`, `over-quota`, `no-such-folder`; `troubled` as in
 * `addMessage`.
 */
export async function addItem(
  store: Store,
  at: MailboxRef,
  item: NewContentItem,
  options: { troubled?: Troubled } = {},
): Promise<ItemState> {
  const bytes = Buffer.byteLength(JSON.stringify(item.content))
  if (bytes > LARGEST_CONTENT_BYTES) {
    throw new Refusal(
      'too-large',
      `The ${item.class} has ${bytes} octets, and at most ${LARGEST_CONTENT_BYTES} are accepted.`,
    )
  }
  const {
    receivedAt = store.now(),
    summary = contentSummary(item.class, item.content),
    files,
    ...rest
  } = item
  if (files) requireSendable(files)
  const taken = files && (await takeFiles(store, at, files))
  const event = item.class === 'event' ? eventEntryOf(item.content as CalendarObject) : undefined
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  const state = await store.transact(scope, ({ mailboxes }) =>
    mailboxes.appendItem(at, {
      ...rest,
      receivedAt,
      summary: { ...summary, ...taken?.names },
      flags: ((rest.flags ?? 0) & ~Flag.hasAttachment) | (taken?.flags ?? 0),
      ...taken?.stored,
      ...(event && { event }),
    }),
  )
  await giveQuotaNotice(store, at, options)
  return state
}

/** What lists show of it: title and description (RFC 8984), full name (RFC 9553), first line and text of a note. */
export function contentSummary(itemClass: NewContentItem['class'], content: ItemContent): ItemSummary {
  if (itemClass === 'note') {
    const text = textOf(content.text)
    return { subject: textOf(content.title) || (text.split(/\r?\n/, 1)[0] ?? ''), ...previewed(text) }
  }
  if (itemClass === 'contact') {
    const name = content.name as { full?: unknown } | undefined
    return { subject: textOf(name?.full) }
  }
  const description = textOf(content.description)
  const isHtml = textOf(content.descriptionContentType).toLowerCase().startsWith('text/html')
  const text = isHtml ? htmlToText(description.slice(0, HTML_PREVIEWED)) : description
  return { subject: textOf(content.title), ...previewed(text) }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

function previewed(text: string): { preview?: string } {
  const preview = [
    ...text
      .slice(0, 4 * PREVIEW_LENGTH)
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, PREVIEW_LENGTH)
    .join('')
  return preview === '' ? {} : { preview }
}
