import { eventEntryOf } from '../calendar/event-entry.ts'
import { calendarObjectOf } from '../calendar/events.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { carriedBody, takeFiles } from './files.ts'
import type { FolderNo, Item } from './item.ts'
import type { MailboxRef, Moved, NewItem, StagedBody } from './store.ts'

const parts = ['summary', 'structure', 'content', 'properties'] as const

/** Items that one transaction takes into another mailbox: their bodies are written anew. */
const AT_ONCE = 50

/** Where items go; `marks` are those they come with, when it is not all they have. */
type TransferTarget = {
  at: MailboxRef
  folder: FolderNo
  marks?: (item: Pick<Item, 'flags' | 'keywords'>) => Pick<Item, 'flags' | 'keywords'>
}

/**
 * Copies items into a folder of another mailbox of the same organisation, with everything they have; bodies pass in pieces.
 * Items that have left their place meanwhile are left out. Refuses `over-quota`, `no-such-folder`, `not-supported` between organisations.
 */
export async function copyBetweenMailboxes(
  store: Store,
  from: MailboxRef,
  items: readonly Pick<Item, 'no' | 'folder' | 'uid'>[],
  to: TransferTarget,
): Promise<readonly Moved[]> {
  const { at } = to
  if (at.organization !== from.organization)
    throw new Refusal('not-supported', 'Nothing is copied from one organisation to another.')
  const copied: Moved[] = []
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const page = items.slice(start, start + AT_ONCE)
    copied.push(...(await copyPage(store, from, page, to)))
  }
  return copied
}

async function stagedBody(
  store: Store,
  from: MailboxRef,
  item: Item,
  at: MailboxRef,
): Promise<Pick<NewItem, 'structure'> & { body?: StagedBody }> {
  const body = carriedBody(store.mailboxes, from, item)
  if (body === null) return {}
  // Of what is no message only files go along, so it is another message than before.
  if (item.class !== 'message') return (await takeFiles(store, at, body)).stored
  const { structure, sizeBytes } = item
  return { body: await store.stageBody(at, sizeBytes, body.read()), ...(structure && { structure }) }
}

async function copyPage(
  store: Store,
  from: MailboxRef,
  page: readonly Pick<Item, 'no' | 'folder' | 'uid'>[],
  { at, folder, marks = (item) => item }: TransferTarget,
): Promise<Moved[]> {
  const places = new Map(page.map((item) => [item.no, item]))
  const found = await store.mailboxes.getItems(from, [...places.keys()], parts)
  const whole = found.filter(
    ({ no, folder: at, uid }) => places.get(no)!.folder === at && places.get(no)!.uid === uid,
  )
  const staged = await Promise.all(whole.map((item) => stagedBody(store, from, item, at)))
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    const moved: Moved[] = []
    for (const [index, item] of whole.entries()) {
      const { no, uid, receivedAt, summary, content, properties } = item
      const { flags, keywords } = marks(item)
      const object = calendarObjectOf(item)
      const event = object && eventEntryOf(object)
      const state = await mailboxes.appendItem(at, {
        folder,
        class: item.class,
        flags,
        keywords,
        receivedAt,
        summary: summary!,
        ...staged[index],
        ...(content && { content }),
        ...(properties && { properties }),
        ...(event && { event }),
      })
      moved.push({ item: no, fromUid: uid, toUid: state.uid, toItem: state.no, modseq: state.modseq })
    }
    return moved
  })
}
