import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import { isUnread } from '#src/domain/migration/engine/folders/unread-folders.ts'
import type { Member } from '#src/domain/migration/engine/project/project.ts'
import type { LedgerFolder, MigrationReader } from '#src/domain/migration/store.ts'

/** Folders of a ledger, with all those above them: of twenty thousand a few are asked for. */
export async function withThoseAbove(
  { findLedgerFolders }: Pick<MigrationReader, 'findLedgerFolders'>,
  at: MailboxRef,
  source: string,
  folders: readonly LedgerFolder[],
): Promise<readonly LedgerFolder[]> {
  const known = new Map(folders.map((folder) => [folder.key, folder]))
  const asked = new Set(known.keys())
  for (let below = folders; below.length > 0; ) {
    const keys = [
      ...new Set(below.flatMap(({ parent }) => (parent === null || asked.has(parent) ? [] : parent))),
    ]
    for (const key of keys) asked.add(key)
    below = keys.length === 0 ? [] : await findLedgerFolders(at, source, { keys })
    for (const folder of below) known.set(folder.key, folder)
  }
  return [...known.values()]
}

/** What a folder of a source is called there, with those above it. */
export function folderPaths(folders: readonly LedgerFolder[]): (folder: LedgerFolder) => string {
  const byKey = new Map(folders.map((folder) => [folder.key, folder]))
  return (folder) => {
    const names: string[] = []
    const passed = new Set<LedgerFolder>()
    for (let up: LedgerFolder | undefined = folder; up !== undefined && !passed.has(up); ) {
      passed.add(up)
      if (up.name !== '') names.unshift(up.name)
      up = up.parent === null ? undefined : byKey.get(up.parent)
    }
    return names.join('/')
  }
}

/** How far a folder of a source is. */
type FolderState = 'waits' | 'being-read' | 'read' | 'not-read' | 'gone-there'

/** Pure. */
export function folderState(folder: LedgerFolder): FolderState {
  if (folder.gone) return 'gone-there'
  if (isUnread(folder)) return 'not-read'
  if (folder.pass > 0 && !folder.isListing) return 'read'
  return folder.cursor === null ? 'waits' : 'being-read'
}

/**
 * Pure: when it was asked last for what changed in it, as far as that is known, epoch milliseconds; null: it is not. A delta that
 * finds nothing writes nothing of its folders (decision 12); the one before a flip, and what follows it, asks for every one.
 */
export function folderReadAt(
  folder: LedgerFolder,
  { state, pass: last, lastPass }: Pick<Member, 'state' | 'pass' | 'lastPass'>,
): number | null {
  const { pass, mark } = folder
  const hasAskedAll = lastPass !== null && lastPass.endedAt > 0 && asksAll.has(state)
  const isOfPass = (pass === last && pass > 0) || (hasAskedAll && folderState(folder) === 'read')
  const ofPass = isOfPass ? (lastPass?.startedAt ?? null) : null
  return mark === undefined ? ofPass : Math.max(mark.askedAt, ofPass ?? 0)
}

/** Where the last pass was that before the flip, or one after it (`PassRun.asksAll`). */
const asksAll: ReadonlySet<Member['state']> = new Set(['final', 'flipped', 'verified'])
