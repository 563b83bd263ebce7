import { randomUUID } from 'node:crypto'
import { type Card, fullNameOf } from '#src/formats/jscontact/card.ts'
import { addItem, contentSummary, type NewContentItem } from '../mailbox/add-item.ts'
import type { ItemContent } from '../mailbox/content.ts'
import type { FolderNo, Item, ItemNo, ItemState } from '../mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '../mailbox/store.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'

type Options = Pick<NewContentItem, 'flags' | 'keywords' | 'properties' | 'receivedAt'>

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

/** Puts another card in place of an item's. Refuses as `addContact`, and `no-such-item`. */
export function changeContact(
  store: Store,
  at: MailboxRef,
  item: ItemNo,
  card: Card,
  options: Pick<Options, 'keywords' | 'properties'> = {},
): Promise<ItemState> {
  const content = contentOf(card)
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeItem(at, item, { ...options, content, summary: contentSummary('contact', content) }),
  )
}

/** The card of an item read with its content; undefined for another kind of item. */
export function cardOf({ class: itemClass, content }: Pick<Item, 'class' | 'content'>): Card | undefined {
  return itemClass === 'contact' && content ? (content as unknown as Card) : undefined
}

export const isList = (card: Card): boolean => card.kind === 'group'

/** Somebody in a distribution list: by address, or as another card of the same mailbox. */
export type ListMember = { name?: string; address: string } | { uid: string }

/** A personal distribution list (DIR-16, EWS DistributionList). */
export function distributionList(name: string, members: readonly ListMember[], uid = ''): Card {
  const keys = members.map((one) => ('uid' in one ? cardUri(one.uid) : mailUri(one)))
  return {
    '@type': 'Card',
    version: '1.0',
    uid,
    kind: 'group',
    name: { full: name },
    members: Object.fromEntries(keys.map((key) => [key, true as const])),
  }
}

const cardUri = (uid: string): string => (/^[a-z][a-z0-9+.-]*:/i.test(uid) ? uid : `urn:uuid:${uid}`)
/** The name is kept in the URI as RFC 6068 has it for a header's `to`: `mailto:a@b?cn=Ann`. */
const mailUri = ({ name, address }: { name?: string; address: string }): string =>
  `mailto:${encodeURI(address)}${name ? `?cn=${encodeURIComponent(name)}` : ''}`

/** Members of a list in their order; those of lists within it are not looked for. */
export function membersOf({ members = {} }: Card): ListMember[] {
  return Object.keys(members).map((key) => {
    const found = /^mailto:([^?]+)(?:\?cn=(.*))?$/i.exec(key)
    if (found === null) return { uid: key.replace(/^urn:uuid:/i, '') }
    const name = found[2] === undefined ? undefined : decodeURIComponentSafely(found[2])
    return { address: decodeURIComponentSafely(found[1]!), ...(name && { name }) }
  })
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

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
  let cards: Map<string, Card> | undefined
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: Card[] = []
    for (const member of level.flatMap(membersOf)) {
      if ('address' in member) {
        const key = member.address.toLowerCase()
        if (!found.has(key)) found.set(key, { name: member.name ?? '', address: member.address })
        continue
      }
      cards ??= await cardsOf(mailboxes, at, folder)
      const card = cards.get(member.uid)
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

async function cardsOf(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
): Promise<Map<string, Card>> {
  const cards = new Map<string, Card>()
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
      if (card !== undefined) cards.set(card.uid.replace(/^urn:uuid:/i, ''), card)
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
