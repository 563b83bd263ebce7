import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Folder } from './folder.ts'
import { byParent, distinguished, type FoldersByParent, lineOf, moveFolder, treeOf } from './folders.ts'
import type { FolderNo, ItemClass, ItemNo, ItemState } from './item.ts'
import { inPages, itemPages } from './pages.ts'
import { giveQuotaNotice, type Troubled } from './quota-notice.ts'
import type { MailboxReader, MailboxRef, MailboxWriter } from './store.ts'

/**
 * `trash`: to the deleted items. `soft`: to the recoverable area, whence it can be brought back for a while.
 * `hard`: for ever.
 */
export type DeletionMode = 'trash' | 'soft' | 'hard'

/** `troubled` is told when the notice about the quota fails after the deletion, which stands. */
type DeletionOptions = { signal?: AbortSignal | undefined; troubled?: Troubled | undefined }

const targets = { trash: 'deleteditems', soft: 'recoverableitemsdeletions' } as const

/** Where something of a class goes when the folder it came from is gone. */
const homes: Record<ItemClass, string> = {
  message: 'inbox',
  event: 'calendar',
  contact: 'contacts',
  task: 'tasks',
  note: 'notes',
}

/** Deletes items, 500 in a transaction. Items that are not there (any more) are passed over, as what is where `mode` puts it. */
export async function deleteItems(
  store: Store,
  at: MailboxRef,
  items: readonly ItemNo[],
  mode: DeletionMode,
  options: DeletionOptions = {},
): Promise<void> {
  await inPages(store, at, items, (mailboxes, page) => deletePage(mailboxes, at, page, mode), options.signal)
  await giveQuotaNotice(store, at, options)
}

async function deletePage(
  mailboxes: MailboxWriter,
  at: MailboxRef,
  items: readonly ItemNo[],
  mode: DeletionMode,
): Promise<void> {
  if (mode === 'hard') return mailboxes.removeItems(at, items)
  const target = await known(mailboxes, at, targets[mode])
  const elsewhere = (await mailboxes.getItems(at, items)).filter((item) => item.folder !== target.no)
  await mailboxes.moveItems(at, { items: elsewhere.map((item) => item.no), to: target.no })
}

/**
 * Brings deleted items back to the folder each was deleted from, or to the folder of its class when that is gone.
 * Items that do not lie in the recoverable area are left alone. Refuses `over-quota`.
 */
export async function recoverItems(
  store: Store,
  at: MailboxRef,
  items: readonly ItemNo[],
  options: DeletionOptions = {},
): Promise<void> {
  const recoverPage = async (mailboxes: MailboxWriter, page: readonly ItemNo[]) => {
    const deleted = (await mailboxes.getItems(at, page)).filter((item) => item.deletedFrom !== null)
    const groups = Map.groupBy(deleted, (item) => `${item.deletedFrom} ${item.class}`)
    for (const group of groups.values()) {
      const to = await returnFolder(mailboxes, at, group[0]!)
      await mailboxes.moveItems(at, { items: group.map((item) => item.no), to })
    }
  }
  await inPages(store, at, items, recoverPage, options.signal)
  await giveQuotaNotice(store, at, options)
}

async function returnFolder(mailboxes: MailboxReader, at: MailboxRef, item: ItemState): Promise<FolderNo> {
  try {
    return (await mailboxes.getFolder(at, item.deletedFrom!)).no
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'no-such-folder') throw error
    return (await known(mailboxes, at, homes[item.class])).no
  }
}

/** Deletes all items of a folder, and with `folders` the folders below it too. */
export async function emptyFolder(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  options: DeletionOptions & { mode: DeletionMode; folders?: boolean },
): Promise<void> {
  const { mode } = options
  await removeItemsOf(store, at, folder, mode, options)
  if (options.folders) {
    const children = byParent(await store.mailboxes.listFolders(at))
    const trash = mode === 'trash' ? await openTrash(store.mailboxes, at, children) : undefined
    for (const child of children.get(folder) ?? []) {
      if (child.distinguished === null)
        await deleteTree(store, at, { children, root: child, under: folder, trash }, mode, options)
    }
  }
  await giveQuotaNotice(store, at, options)
}

async function removeItemsOf(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  mode: DeletionMode,
  { signal }: DeletionOptions,
): Promise<void> {
  for await (const page of itemPages(store, at, folder)) {
    const items = page.map((item) => item.no)
    await inPages(store, at, items, (mailboxes, some) => deletePage(mailboxes, at, some, mode), signal)
  }
}

/**
 * Deletes a folder and all below it. `trash` moves it into the deleted items, unless it lies there already: then
 * its items go as with `soft`. Refuses `folder-is-distinguished`, also for one that holds such a folder.
 */
export async function deleteFolder(
  store: Store,
  at: MailboxRef,
  no: FolderNo,
  mode: DeletionMode,
  options: DeletionOptions = {},
): Promise<void> {
  const root = await store.mailboxes.getFolder(at, no)
  const children = byParent(await store.mailboxes.listFolders(at))
  const trash = mode === 'trash' ? await openTrash(store.mailboxes, at, children) : undefined
  await deleteTree(store, at, { children, root, under: no, trash }, mode, options)
  await giveQuotaNotice(store, at, options)
}

/** The deleted items: what lies in there already, and which names are taken at its top. */
type Trash = { no: FolderNo; holds: ReadonlySet<FolderNo>; names: Set<string> }

async function openTrash(
  mailboxes: MailboxReader,
  at: MailboxRef,
  children: FoldersByParent,
): Promise<Trash> {
  const trash = await known(mailboxes, at, targets.trash)
  return {
    no: trash.no,
    holds: new Set(treeOf(children, trash).map((folder) => folder.no)),
    names: new Set(children.get(trash.no)?.map((folder) => folder.name)),
  }
}

/** `under`: the folder whose deletion this is part of. Folders are as they were listed, once for all of them. */
type Tree = { children: FoldersByParent; root: Folder; under: FolderNo; trash: Trash | undefined }

async function deleteTree(
  store: Store,
  at: MailboxRef,
  { children, root, under, trash }: Tree,
  mode: DeletionMode,
  options: DeletionOptions,
): Promise<void> {
  const tree = treeOf(children, root)
  const special = tree.find((folder) => folder.distinguished !== null)
  if (special) throw distinguished(special, 'deleted')
  if (trash && !trash.holds.has(root.no)) return trashFolder(store, at, root, trash)
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  for (const { no } of tree.toReversed()) {
    options.signal?.throwIfAborted()
    // Somebody may have moved it to safety since it was listed.
    if (!(await liesUnder(store.mailboxes, at, no, under))) continue
    await removeItemsOf(store, at, no, mode === 'hard' ? 'hard' : 'soft', options)
    await store.transact(scope, ({ mailboxes }) => mailboxes.deleteFolder(at, no))
  }
}

async function liesUnder(
  mailboxes: MailboxReader,
  at: MailboxRef,
  no: FolderNo,
  under: FolderNo,
): Promise<boolean> {
  try {
    const line = await lineOf(mailboxes, at, await mailboxes.getFolder(at, no))
    return line.some((folder) => folder.no === under)
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'no-such-folder') return false
    throw error
  }
}

/** Into the deleted items, with a number behind its name when one of that name lies there. */
async function trashFolder(store: Store, at: MailboxRef, folder: Folder, trash: Trash): Promise<void> {
  let name = folder.name
  for (let count = 2; trash.names.has(name); count++)
    name = `${[...folder.name].slice(0, 245).join('')} (${count})`
  await moveFolder(store, at, folder.no, { parent: trash.no, name })
  trash.names.add(name)
}

/** How long deleted items can be brought back. */
const RECOVERABLE_DAYS = 14
const DAY_MS = 24 * 60 * 60 * 1000
/** What a discovery hold keeps is not ours to expire, nor are the logs of administrators. */
const expiring = ['deletions', 'versions', 'purges'].flatMap((each) => [
  `recoverableitems${each}`,
  `archiverecoverableitems${each}`,
])

/**
 * Removes for ever what has lain in the recoverable area longer than `days`. Returns how many items went. Items come
 * into a folder in the order of their uids, so looking ends at the first that is young enough.
 */
export async function expireRecoverable(
  store: Store,
  at: MailboxRef,
  now: number,
  options: { days?: number; signal?: AbortSignal } = {},
): Promise<number> {
  const before = now - (options.days ?? RECOVERABLE_DAYS) * DAY_MS
  let removed = 0
  for (const folder of await store.mailboxes.listFolders(at)) {
    if (!expiring.includes(folder.distinguished ?? '') || folder.items === 0) continue
    for await (const page of itemPages(store, at, folder.no)) {
      const old = page.filter((item) => item.savedAt < before).map((item) => item.no)
      await inPages(store, at, old, (mailboxes, some) => mailboxes.removeItems(at, some), options.signal)
      removed += old.length
      if (old.length < page.length) break
    }
  }
  return removed
}

async function known(mailboxes: MailboxReader, at: MailboxRef, distinguished: string): Promise<Folder> {
  const folder = await mailboxes.findFolder(at, { distinguished })
  if (!folder) throw new Refusal('no-such-folder', `The mailbox has no folder "${distinguished}".`)
  return folder
}
