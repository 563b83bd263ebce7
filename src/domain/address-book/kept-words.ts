import { deserialize, serialize } from 'node:v8'
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import type { Item } from '../mailbox/item.ts'
import { ensureServiceFolder, findServiceFolder } from '../mailbox/service-mailbox.ts'
import type { MailboxRef } from '../mailbox/store.ts'
import { rowsOf } from '../rows-of.ts'
import type { Store } from '../store.ts'
import type { BlockWords } from './block-words.ts'
import type { Block } from './card-index.ts'

/** The blocks of an address book as they were at a version of its directory; `keptAt`: when they were written. */
type KeptWords = { version: number; keptAt: number; blocks: AsyncIterable<Block> }

/** Where blocks of address books are kept, so that none has to be made of its entries after a start (decision 4). */
export type WordsKeeper = {
  /** Undefined where nothing whole is kept. Blocks that cannot be read throw when they are asked for. */
  find(organization: OrganizationId): Promise<KeptWords | undefined>
  /** In place of what was kept before. */
  keep(
    organization: OrganizationId,
    kept: { version: number; keptAt: number; blocks: readonly Block[] },
    signal: AbortSignal,
  ): Promise<void>
  /** Nothing of it is kept any more. */
  forget(organization: OrganizationId): Promise<void>
}

/** `of`: how many parts make one whole; a number less than that is what a crash left. */
type Part = { form: number; version: number; keptAt: number; part: number; of: number }

/** Grows with each change of what is written, also of the words that a card has, so that nothing older is read. */
export const FORM = 2
const PROPERTY = 'address-book-words'
const BLOCKS_IN_PART = 8
const PAGE = 500

/** Parts are items of a mailbox that nobody has, as offline address books are (decision 8). */
const addressBooks = 'address-book-words' as MailboxId
const wordsFolder = { distinguished: 'words', name: 'Words of the address book' } as const

const mailboxOf = (organization: OrganizationId): MailboxRef => ({ organization, mailbox: addressBooks })

export const wordsKeeper = (store: Store): WordsKeeper => ({
  async find(organization) {
    const parts = (await listParts(store, organization)).filter(({ part }) => part.form === FORM)
    const version = Math.max(-1, ...parts.map(({ part }) => part.version))
    const newest = parts
      .filter(({ part }) => part.version === version)
      .sort((a, b) => a.part.part - b.part.part)
    const isWhole =
      newest.length > 0 && newest.every(({ part }, at) => part.part === at && part.of === newest.length)
    const { keptAt = 0 } = newest[0]?.part ?? {}
    return isWhole ? { version, keptAt, blocks: blocksOf(store, organization, newest) } : undefined
  },

  async keep(organization, { version, keptAt, blocks }, signal) {
    const at = mailboxOf(organization)
    const folder = await ensureServiceFolder(store, at, wordsFolder)
    const before = await listParts(store, organization)
    const of = Math.ceil(blocks.length / BLOCKS_IN_PART)
    for (let part = 0; part < of; part++) {
      signal.throwIfAborted()
      const some = blocks.slice(part * BLOCKS_IN_PART, (part + 1) * BLOCKS_IN_PART)
      const octets = Buffer.from(serialize(some))
      const body = await store.stageBody(at, octets.length, once(octets))
      await store.transact(
        { organization, mailboxes: [at.mailbox], mayBeLost: true },
        async ({ mailboxes }) => {
          // What is kept of this version from an earlier try would be there twice.
          if (part === 0)
            await mailboxes.removeItems(
              at,
              before.map(({ item }) => item.no),
            )
          await mailboxes.appendItem(at, {
            folder,
            class: 'message',
            receivedAt: part,
            body,
            summary: { subject: '' },
            properties: { [PROPERTY]: { form: FORM, version, keptAt, part, of } satisfies Part },
          })
        },
      )
    }
  },

  async forget(organization) {
    const at = mailboxOf(organization)
    const parts = await listParts(store, organization)
    const items = parts.map(({ item }) => item.no)
    if (items.length > 0)
      await store.transact({ organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
        mailboxes.removeItems(at, items),
      )
  },
})

async function listParts(store: Store, organization: OrganizationId): Promise<{ item: Item; part: Part }[]> {
  const at = mailboxOf(organization)
  const folder = await findServiceFolder(store, at, wordsFolder)
  if (folder === undefined) return []
  const parts: { item: Item; part: Part }[] = []
  const items = rowsOf((after: number | string | null) =>
    store.mailboxes.listItems(at, folder, { order: 'uid', after, limit: PAGE, parts: ['properties'] }),
  )
  for await (const item of items) parts.push({ item, part: item.properties![PROPERTY] as Part })
  return parts
}

async function* blocksOf(
  store: Store,
  organization: OrganizationId,
  parts: readonly { item: Item }[],
): AsyncGenerator<Block> {
  for (const { item } of parts) {
    const octets: Uint8Array[] = []
    for await (const some of store.mailboxes.readBody(mailboxOf(organization), item.body!, {}))
      octets.push(some)
    for (const { words, ...block } of deserialize(Buffer.concat(octets)) as Block[])
      yield { ...block, words: ownWords(words) }
  }
}

/** Apart from the octets that they were read from, which would stay in memory with them. */
const ownWords = ({ text, starts, cardsFrom, cards }: BlockWords): BlockWords => ({
  text,
  starts: starts.slice(),
  cardsFrom: cardsFrom.slice(),
  cards: cards.slice(),
})

async function* once(octets: Uint8Array): AsyncGenerator<Uint8Array> {
  yield octets
}
