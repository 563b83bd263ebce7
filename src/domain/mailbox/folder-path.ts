import { Refusal } from '../refusal.ts'
import type { Folder } from './folder.ts'
import type { FolderNo } from './item.ts'

/** The root of what a user sees. */
const SEEN_ROOT = 'msgfolderroot'

/** A folder with the names from the first one a user sees down to it: `Inbox/Projects`. */
type PlacedFolder = { folder: Folder; path: string }

/** The folders a user sees, in the order in which they were made; with `all`, those kept for programs too. */
export function placeFolders(folders: readonly Folder[], { all = false } = {}): readonly PlacedFolder[] {
  const byNo = new Map(folders.map((folder) => [folder.no, folder]))
  const placed: PlacedFolder[] = []
  for (const folder of [...folders].sort((a, b) => a.no - b.no)) {
    const line: string[] = []
    let at: Folder | undefined = folder
    for (; at !== undefined && at.distinguished !== SEEN_ROOT && at.parent !== null; at = parentOf(byNo, at))
      line.unshift(at.name)
    const seen = at?.distinguished === SEEN_ROOT && line.length > 0
    if (seen || all) placed.push({ folder, path: line.length === 0 ? folder.name : line.join('/') })
  }
  return placed
}

const parentOf = (byNo: ReadonlyMap<FolderNo, Folder>, { parent }: Folder): Folder | undefined =>
  parent === null ? undefined : byNo.get(parent)

/**
 * The folder that a text names: by number, by distinguished name (`calendar`) or by path (`Inbox/Projects`), without
 * regard to case. Refuses `no-such-folder`, and `invalid-parameter` where a path fits several.
 */
export function getFolderNamed(folders: readonly Folder[], text: string): Folder {
  const wanted = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/^\/|\/$/g, '')
  const known = folders.find(
    ({ no, distinguished }) => String(no) === wanted || (distinguished !== null && distinguished === wanted),
  )
  if (known !== undefined) return known
  const fitting = placeFolders(folders, { all: true }).filter(({ path }) => path.toLowerCase() === wanted)
  const seen = new Set(placeFolders(folders).map(({ folder }) => folder.no))
  const [first, second] = fitting.length > 1 ? fitting.filter(({ folder }) => seen.has(folder.no)) : fitting
  if (first === undefined) {
    throw new Refusal(
      'no-such-folder',
      `There is no folder "${text.slice(0, 80)}" in this mailbox. List its folders, and name one by path, number or as calendar, inbox, …`,
    )
  }
  if (second === undefined) return first.folder
  throw new Refusal(
    'invalid-parameter',
    `Several folders are called "${text.slice(0, 80)}". Name the one you mean by its number, as the list of folders shows it.`,
  )
}
