import { randomUUID } from 'node:crypto'
import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import { addItem, contentSummary, type NewContentItem } from '../mailbox/add-item.ts'
import type { ItemContent } from '../mailbox/content.ts'
import { fileNames } from '../mailbox/files.ts'
import type { FolderNo, Item, ItemNo, ItemState } from '../mailbox/item.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { requireUnchanged } from '../mailbox/unchanged.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'

type Options = Pick<NewContentItem, 'flags' | 'keywords' | 'properties' | 'receivedAt' | 'files'>

/** As many as a distribution list of one's own has. */
const MOST_MEMBERS = 2_000

/** Stores a contact or a distribution list; one without a UID gets one. Refuses `limit-exceeded`, and what `addItem` refuses. */
export function addContact(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  card: Card,
  options: Options = {},
): Promise<ItemState> {
  return addItem(store, at, { ...options, folder, class: 'contact', content: contentOf(card) })
}

/** Puts another card in place of an item's. Refuses as `addContact`, `no-such-item`, and `ChangedMeanwhile` as `changeCalendarObject`. */
export function changeContact(
  store: Store,
  at: MailboxRef,
  item: ItemNo,
  card: Card,
  { unchangedSince, ...options }: Pick<Options, 'keywords' | 'properties'> & { unchangedSince?: number } = {},
): Promise<ItemState> {
  const content = contentOf(card)
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    await requireUnchanged(mailboxes, at, item, unchangedSince)
    return mailboxes.changeItem(at, item, {
      ...options,
      content,
      summary: { ...contentSummary('contact', content), ...(await fileNames(mailboxes, at, item)) },
    })
  })
}

/** The card of an item read with its content; undefined for another kind of item. */
export function cardOf({ class: itemClass, content }: Pick<Item, 'class' | 'content'>): Card | undefined {
  return itemClass === 'contact' && content ? (content as unknown as Card) : undefined
}

export const isList = (card: Card): boolean => card.kind === 'group'

function contentOf(card: Card): ItemContent {
  const members = Object.keys(card.members ?? {}).length
  if (members > MOST_MEMBERS)
    throw new Refusal(
      'limit-exceeded',
      `A distribution list has at most ${MOST_MEMBERS} members; this one would have ${members}.`,
    )
  const full = fullNameOf(card)
  return {
    ...card,
    uid: card.uid === '' ? randomUUID() : card.uid,
    ...(full !== '' && { name: { ...card.name, full } }),
  }
}
