import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { recoverableRoots, renamable } from './distinguished-folders.ts'
import type { Folder, FolderClass } from './folder.ts'
import { folderName } from './folder-name.ts'
import type { FolderNo } from './item.ts'
import type { MailboxReader, MailboxRef } from './store.ts'

/** As deep as Exchange lets folders lie, so that every hierarchy that comes from there fits. */
export const DEEPEST_FOLDER = 300

const scope = (at: MailboxRef) => ({ organization: at.organization, mailboxes: [at.mailbox] })

/**
 * Makes a folder. Refuses `invalid-parameter` (the name), `folder-exists`, `no-such-folder` (the parent),
 * `limit-exceeded` (10,000 folders, 300 levels).
 */
export function createFolder(
  store: Store,
  at: MailboxRef,
  folder: { parent: FolderNo; name: string; class?: FolderClass; subscribed?: boolean },
): Promise<Folder> {
  const name = folderName(folder.name)
  return store.transact(scope(at), async ({ mailboxes }) => {
    const parent = await mailboxes.getFolder(at, folder.parent)
    await refuseDepth(mailboxes, at, parent, 1)
    const inherited = parent.class === 'other' || parent.class === 'search' ? 'message' : parent.class
    return mailboxes.createFolder(at, { ...folder, name, class: folder.class ?? inherited })
  })
}

/** Makes folders one below the other, all of them or none; at least one name. Gives the last. Refuses as `createFolder`. */
export async function createFolderLine(
  store: Store,
  at: MailboxRef,
  line: { parent: FolderNo; names: readonly string[]; class: FolderClass },
): Promise<Folder> {
  const names = line.names.map(folderName)
  return store.transact(scope(at), async ({ mailboxes }) => {
    let folder = await mailboxes.getFolder(at, line.parent)
    await refuseDepth(mailboxes, at, folder, names.length)
    for (const name of names)
      folder = await mailboxes.createFolder(at, { parent: folder.no, name, class: line.class })
    return folder
  })
}

/** Refuses `invalid-parameter`, `folder-exists`, `no-such-folder`, and `folder-is-distinguished` where Exchange does. */
export function renameFolder(store: Store, at: MailboxRef, no: FolderNo, newName: string): Promise<Folder> {
  const name = folderName(newName)
  return store.transact(scope(at), async ({ mailboxes }) => {
    const folder = await mailboxes.getFolder(at, no)
    if (folder.distinguished !== null && !renamable.has(folder.distinguished))
      throw distinguished(folder, 'renamed')
    return mailboxes.changeFolder(at, no, { name })
  })
}

/** Moves a folder with all that is in it. Refuses `folder-is-distinguished`, `folder-exists`, `not-supported` (a cycle). */
export function moveFolder(
  store: Pick<Store, 'transact'>,
  at: MailboxRef,
  no: FolderNo,
  to: { parent: FolderNo; name?: string },
): Promise<Folder> {
  const name = to.name === undefined ? undefined : folderName(to.name)
  return store.transact(scope(at), async ({ mailboxes }) => {
    const folder = await mailboxes.getFolder(at, no)
    if (folder.distinguished !== null) throw distinguished(folder, 'moved')
    const parent = await mailboxes.getFolder(at, to.parent)
    const line = await lineOf(mailboxes, at, parent)
    if (line.some((ancestor) => ancestor.no === no)) {
      throw new Refusal(
        'not-supported',
        `"${folder.name}" cannot be moved into itself. Choose a folder outside it.`,
      )
    }
    // Up or along, the lowest of its folders cannot come to lie too deep.
    if (line.length > (await lineOf(mailboxes, at, folder)).length - 1) {
      const tree = treeOf(byParent(await mailboxes.listFolders(at)), folder)
      await refuseDepth(mailboxes, at, parent, Math.max(...tree.map((each) => each.depth)))
    }
    return mailboxes.changeFolder(at, no, { parent: to.parent, ...(name !== undefined && { name }) })
  })
}

/** Says whether mail programs show it. */
export function subscribeFolder(
  store: Pick<Store, 'transact'>,
  at: MailboxRef,
  no: FolderNo,
  subscribed: boolean,
): Promise<Folder> {
  return store.transact(scope(at), ({ mailboxes }) => mailboxes.changeFolder(at, no, { subscribed }))
}

export function distinguished(folder: Folder, what: string): Refusal {
  return new Refusal(
    'folder-is-distinguished',
    `"${folder.name}" came with the mailbox and cannot be ${what}.`,
  )
}

export type FoldersByParent = ReadonlyMap<FolderNo | null, readonly Folder[]>

export const byParent = (folders: readonly Folder[]): FoldersByParent =>
  Map.groupBy(folders, (folder) => folder.parent)

/** The folder and all below it, children after their parents; `depth` is 1 for the folder itself. */
export function treeOf(children: FoldersByParent, root: Folder): readonly (Folder & { depth: number })[] {
  const tree = [{ ...root, depth: 1 }]
  for (const { no, depth } of tree) {
    for (const child of children.get(no) ?? []) tree.push({ ...child, depth: depth + 1 })
  }
  return tree
}

/** Of all folders of a mailbox those of the recoverable area. */
export function recoverableArea(folders: readonly Folder[]): ReadonlySet<FolderNo> {
  const children = byParent(folders)
  const roots = folders.filter(({ distinguished }) =>
    (recoverableRoots as readonly (string | null)[]).includes(distinguished),
  )
  return new Set(roots.flatMap((root) => treeOf(children, root).map(({ no }) => no)))
}

/** The folder, its parent, and so on up to the root. */
export async function lineOf(mailboxes: MailboxReader, at: MailboxRef, folder: Folder): Promise<Folder[]> {
  const line = [folder]
  for (let next = folder.parent; next !== null && line.length <= DEEPEST_FOLDER; next = line.at(-1)!.parent) {
    line.push(await mailboxes.getFolder(at, next))
  }
  return line
}

async function refuseDepth(
  mailboxes: MailboxReader,
  at: MailboxRef,
  parent: Folder,
  levels: number,
): Promise<void> {
  const line = await lineOf(mailboxes, at, parent)
  if (line.length + levels > DEEPEST_FOLDER) {
    throw new Refusal(
      'limit-exceeded',
      `Folders lie at most ${DEEPEST_FOLDER} deep. Choose a place further up.`,
    )
  }
}
