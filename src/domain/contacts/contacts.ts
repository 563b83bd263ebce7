import { randomUUID } from 'node:crypto'
import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import { membersOf } from '#src/formats/jscontact/list-members.ts'
import { addItem, contentSummary, type NewContentItem } from '../mailbox/add-item.ts'
import type { ItemContent } from '../mailbox/content.ts'
import { fileNames } from '../mailbox/files.ts'
import type { FolderNo, Item, ItemNo, ItemState } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
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

const DEEPEST = 5
const MOST_LOOKED_AT = 5_000
const PAGE = 200

/**
 * Everybody a distribution list stands for, each address once; lists and cards within it are found in the same folder, as far
 * as 5,000 of its newest items go (EWS ExpandDL of a private list).
 */
export async function expandList(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
  list: Card,
): Promise<{ name: string; address: string }[]> {
  const found = new Map<string, { name: string; address: string }>()
  const seen = new Set([list.uid])
  let level = [list]
  let cards: ReadonlyMap<string, CardOfFolder> | undefined
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Card[] = []
    for (const member of level.flatMap(membersOf)) {
      if ('address' in member) {
        const key = member.address.toLowerCase()
        if (!found.has(key)) found.set(key, { name: member.name ?? '', address: member.address })
        continue
      }
      cards ??= await cardsByUid(mailboxes, at, folder)
      const card = cards.get(member.uid)?.card
      if (card === undefined || seen.has(member.uid)) continue
      seen.add(member.uid)
      if (isList(card)) next.push(card)
      else
        for (const { address } of Object.values(card.emails ?? {}).slice(0, 1))
          if (!found.has(address.toLowerCase()))
            found.set(address.toLowerCase(), { name: fullNameOf(card), address })
    }
    level = next
  }
  return [...found.values()]
}

export type CardOfFolder = { no: ItemNo; card: Card }

/** Contacts and lists of a folder by the uid that lists name them by, without `urn:uuid:`, as far as 5,000 of its newest items go. */
export async function cardsByUid(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
): Promise<ReadonlyMap<string, CardOfFolder>> {
  const cards = new Map<string, CardOfFolder>()
  let after: number | string | null = null
  for (let looked = 0; looked < MOST_LOOKED_AT; looked += PAGE) {
    const page: Awaited<ReturnType<MailboxReader['listItems']>> = await mailboxes.listItems(at, folder, {
      order: 'newest',
      after,
      limit: PAGE,
      parts: ['content'],
    })
    for (const item of page.rows) {
      const card = cardOf(item)
      if (card !== undefined) cards.set(card.uid.replace(/^urn:uuid:/i, ''), { no: item.no, card })
    }
    if (page.next === null) break
    after = page.next
  }
  return cards
}

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
