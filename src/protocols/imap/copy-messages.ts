import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { removeFromFolder } from '#src/domain/mailbox/folder-removal.ts'
import type { ItemNo } from '#src/domain/mailbox/item.ts'
import { PAGE } from '#src/domain/mailbox/pages.ts'
import { giveQuotaNotice } from '#src/domain/mailbox/quota-notice.ts'
import type { Moved } from '#src/domain/mailbox/store.ts'
import { copyBetweenMailboxes } from '#src/domain/mailbox/transfer.ts'
import type { Store } from '#src/domain/store.ts'
import { allowedMarks, forbiddenMarks } from './allowed-marks.ts'
import { itemsOfView } from './items-of-view.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import type { SelectedFolder } from './selected-folder.ts'

/** Told how many messages are done. */
type Tell = (done: number, goal: number) => void

export type CopiedMessage = Pick<Moved, 'fromUid' | 'toUid'>

/** Copies messages into a folder, which may be somebody else's. When one page of them fails, those copied before are removed again. */
export async function copyMessages(
  store: Store,
  from: SelectedFolder,
  uids: Uint32Array,
  to: NamedFolder,
  { signal, progress }: { signal: AbortSignal; progress: Tell },
): Promise<readonly CopiedMessage[]> {
  const { at } = to.mailbox
  const done: Moved[] = []
  try {
    for (const page of pagesOf(uids, signal)) {
      progress(done.length, uids.length)
      const copied =
        at.mailbox === from.at.mailbox
          ? await copyWithin(store, from, page, to)
          : await copyToOther(store, from, page, to)
      done.push(...copied)
    }
  } catch (error) {
    const made = done.map(({ toItem }) => toItem)
    await deleteItems(store, at, made, 'hard')
    throw error
  }
  await giveQuotaNotice(store, at)
  return done
}

async function copyWithin(
  store: Store,
  from: SelectedFolder,
  page: Uint32Array,
  { mailbox: { at }, folder, rights }: NamedFolder,
): Promise<readonly Moved[]> {
  const { flags: remove, keywords } = forbiddenMarks(rights)
  return store.transact(scopeOf(at), async ({ mailboxes }) => {
    const items = await numbersOf({ mailboxes }, from, page)
    const copied = await mailboxes.copyItems(at, { items, to: folder.no })
    const copies = copied.map(({ toItem }) => toItem)
    if (remove !== 0 || keywords)
      await mailboxes.changeFlags(at, copies, { remove, ...(keywords && { setKeywords: [] }) })
    return copied
  })
}

/** Moves messages; each is in one place or the other at any moment, unless it goes to another mailbox: then it is copied first. */
export async function moveMessages(
  store: Store,
  from: SelectedFolder,
  uids: Uint32Array,
  to: NamedFolder,
  { signal, progress }: { signal: AbortSignal; progress: Tell },
): Promise<readonly CopiedMessage[]> {
  const { at } = to.mailbox
  const done: Moved[] = []
  for (const page of pagesOf(uids, signal)) {
    progress(done.length, uids.length)
    if (at.mailbox === from.at.mailbox) {
      const moved = await store.transact(scopeOf(at), async ({ mailboxes }) =>
        mailboxes.moveItems(at, { items: await numbersOf({ mailboxes }, from, page), to: to.folder.no }),
      )
      done.push(...moved)
    } else {
      const copied = await copyToOther(store, from, page, to)
      const items = copied.map(({ item }) => item)
      await removeFromFolder(store, from.at, { folder: from.no, items })
      done.push(...copied)
    }
  }
  return done
}

/** What of a page lies in the folder at this moment; read in the transaction that goes on with it. */
async function numbersOf(
  reader: Parameters<typeof itemsOfView>[0],
  from: SelectedFolder,
  page: Uint32Array,
): Promise<ItemNo[]> {
  return (await itemsOfView(reader, from, page, [])).map(({ no }) => no)
}

async function copyToOther(
  store: Store,
  from: SelectedFolder,
  page: Uint32Array,
  to: NamedFolder,
): Promise<readonly Moved[]> {
  const items = await itemsOfView(store, from, page, [])
  return copyBetweenMailboxes(store, from.at, items, {
    at: to.mailbox.at,
    folder: to.folder.no,
    marks: (item) => allowedMarks(to.rights, item),
  })
}

function* pagesOf(uids: Uint32Array, signal: AbortSignal): Generator<Uint32Array> {
  for (let start = 0; start < uids.length; start += PAGE) {
    signal.throwIfAborted()
    yield uids.subarray(start, start + PAGE)
  }
}

const scopeOf = ({ organization, mailbox }: NamedFolder['mailbox']['at']) => ({
  organization,
  mailboxes: [mailbox],
})
