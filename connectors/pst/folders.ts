import type { FolderClass } from '#src/domain/mailbox/folder.ts'
import { roleByName } from '#src/domain/migration/folder-roles.ts'
import type { SourceFolder } from '#src/domain/migration/source.ts'
import { tag } from '#src/formats/tnef/property-ids.ts'
import { isDamage } from './damage.ts'
import type { HiddenItem } from './hidden-configurations.ts'
import { readProperties } from './properties.ts'
import type { PropertyNames } from './property-names.ts'
import type { PstFile } from './pst-file.ts'
import { tableRows } from './table.ts'

const MESSAGE_STORE = 0x21
/** The top of a store, above what people see. */
export const ROOT_FOLDER = 0x122
const IPM_SUBTREE = 0x35e0
const CONTENT_COUNT = 0x3602
const CONTAINER_CLASS = 0x3613
const RENAMED_FOLDERS = 0x36d8

/** Entry ids on the store and on the folders that programs begin with (MS-OXOSFLD §2.2.3). */
const storeRoles: readonly (readonly [id: number, role: string])[] = [
  [0x35e2, 'outbox'],
  [0x35e3, 'deleteditems'],
  [0x35e4, 'sentitems'],
]
const folderRoles: readonly (readonly [id: number, role: string])[] = [
  [0x36d0, 'calendar'],
  [0x36d1, 'contacts'],
  [0x36d2, 'journal'],
  [0x36d3, 'notes'],
  [0x36d4, 'tasks'],
  [0x36d7, 'drafts'],
]
/** The place of Junk Email among the folders of PidTagAdditionalRenEntryIds. */
const JUNK = 4

const classes: readonly (readonly [pattern: RegExp, kind: FolderClass])[] = [
  [/^ipf\.appointment/i, 'event'],
  [/^ipf\.contact/i, 'contact'],
  [/^ipf\.task/i, 'task'],
  [/^ipf\.stickynote/i, 'note'],
  [/^(?:ipf\.note|ipf\.imap|$)/i, 'message'],
]

/** The node of a table of a folder: what lies in it, hidden in it, or below it (MS-PST §2.4.4). */
const hierarchyOf = (folder: number): number => (folder & ~0x1f) + 0x0d
const hiddenOf = (folder: number): number => (folder & ~0x1f) + 0x0f
export const contentsOf = (folder: number): number => (folder & ~0x1f) + 0x0e

const nodeOfEntryId = (id: Uint8Array | undefined): number | undefined =>
  id === undefined || id.length < 24 ? undefined : Buffer.from(id).readUInt32LE(20)

/** Folders below the top of personal folders, parents first; `broken` is told what cannot be read. */
export async function readFolders(
  file: PstFile,
  names: PropertyNames,
  broken: (sentence: string) => void,
): Promise<SourceFolder[]> {
  const store = await readProperties(file, await file.getNode(MESSAGE_STORE), names)
  const top = nodeOfEntryId(store.bag.bytes(IPM_SUBTREE)) ?? ROOT_FOLDER
  const roles = new Map<number, string>()
  for (const [id, role] of storeRoles) giveRole(roles, store.bag.bytes(id), role)
  const folders: SourceFolder[] = []
  await readLevel(file, top, null, folders, broken, new Set([top]))
  const begin = [
    ROOT_FOLDER,
    top,
    ...folders.filter(({ parent }) => parent === null).map(({ key }) => Number(key)),
  ]
  for (const folder of begin) {
    try {
      const { bag } = await readProperties(file, await file.getNode(folder), names)
      for (const [id, role] of folderRoles) giveRole(roles, bag.bytes(id), role)
      const junk = bag.find(RENAMED_FOLDERS)?.values[JUNK]
      if (junk instanceof Uint8Array) giveRole(roles, junk, 'junkemail')
    } catch (error) {
      if (!isDamage(error)) throw error
      broken(`Folder ${folder}: ${error.message}`)
    }
  }
  const taken = new Set(roles.values())
  return folders.map((folder) => {
    const role = roles.get(Number(folder.key))
    if (role !== undefined) return { ...folder, role }
    const byName = folder.parent === null ? roleByName(folder.name) : undefined
    if (byName === undefined || taken.has(byName)) return folder
    taken.add(byName)
    return { ...folder, role: byName }
  })
}

function giveRole(roles: Map<number, string>, entryId: Uint8Array | undefined, role: string): void {
  const node = nodeOfEntryId(entryId)
  if (node !== undefined && ![...roles.values()].includes(role)) roles.set(node, role)
}

/** Below one of them; none of `known` a second time, wherever a damaged file leads. */
async function readLevel(
  file: PstFile,
  folder: number,
  parent: string | null,
  found: SourceFolder[],
  broken: (sentence: string) => void,
  known: Set<number>,
): Promise<void> {
  try {
    const table = await file.findNode(hierarchyOf(folder))
    if (table === undefined) return
    for await (const { id, bag } of tableRows(
      file,
      table,
      new Set([tag.displayName, CONTENT_COUNT, CONTAINER_CLASS]),
    )) {
      // Search folders hold nothing of their own.
      if ((id & 0x1f) !== 2 || known.has(id)) continue
      known.add(id)
      const kind = bag.text(CONTAINER_CLASS) ?? ''
      found.push({
        key: String(id),
        parent,
        name: bag.text(tag.displayName) ?? `Folder ${id}`,
        role: null,
        class: classes.find(([pattern]) => pattern.test(kind))?.[1] ?? 'other',
        folderClass: kind === '' ? null : kind,
        items: bag.number(CONTENT_COUNT) ?? null,
        sizeBytes: null,
      })
      await readLevel(file, id, String(id), found, broken, known)
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    broken(`Folders below ${folder}: ${error.message}`)
  }
}

/** What programs keep hidden in a folder: views, rules, settings. SyntaxFault. */
export async function* hiddenItems(file: PstFile, folder: number): AsyncGenerator<HiddenItem> {
  const table = await file.findNode(hiddenOf(folder))
  if (table === undefined) return
  for await (const { id, bag } of tableRows(file, table, new Set([tag.messageClass])))
    yield { id, messageClass: bag.text(tag.messageClass) ?? 'of no class' }
}
