import type { Folder } from '../../../mailbox/folder.ts'
import type { FolderNo, ItemState } from '../../../mailbox/item.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import type { Member } from '../project/project.ts'

const ROWS = 200

/** From when on what comes in is late: a change number of the mailbox; a time where its cut-over noted none. */
export type Since = { modseq: number } | { at: number }

/** Since the cut-over of a mailbox; a clock that is set back makes nothing older. */
export const sinceFlip = ({
  flippedAt,
  flippedModseq,
}: Pick<Member, 'flippedAt' | 'flippedModseq'>): Since =>
  flippedModseq === undefined ? { at: flippedAt ?? 0 } : { modseq: flippedModseq }

const cameIn = ({ savedAt, createdModseq }: ItemState, since: Since): boolean =>
  'at' in since ? savedAt >= since.at : createdModseq > since.modseq

/** What a person sees as folders of the mailbox; programs keep theirs beside `msgfolderroot`. */
export function visibleFolders(all: readonly Folder[]): readonly Folder[] {
  const byNo = new Map(all.map((folder) => [folder.no, folder]))
  const isVisible = ({ parent, distinguished }: Folder): boolean => {
    if (distinguished === 'msgfolderroot') return true
    const above = parent === null ? undefined : byNo.get(parent)
    return above !== undefined && isVisible(above)
  }
  return all.filter((folder) => folder.class !== 'search' && isVisible(folder))
}

/**
 * Items that came into a mailbox from a moment on and that no migration wrote, folder by folder, some at a time; no further once
 * `isOver` says so.
 */
export async function* lateItems(
  { mailboxes, migration }: Pick<Store, 'mailboxes' | 'migration'>,
  at: MailboxRef,
  since: Since,
  isOver: () => boolean = () => false,
): AsyncGenerator<readonly ItemState[]> {
  for (const { no, items } of visibleFolders(await mailboxes.listFolders(at))) {
    if (items === 0) continue
    for (let after: number | string | null = 0; after !== null; ) {
      if (isOver()) return
      const page = await mailboxes.listItems(at, no as FolderNo, { order: 'uid', after, limit: ROWS })
      const late: ItemState[] = []
      for (const item of page.rows)
        if (cameIn(item, since) && (await migration.findLedgerItemOf(at, item.no)) === undefined)
          late.push(item)
      if (late.length > 0) yield late
      after = page.next
    }
  }
}

/** How many there are, and how large they are; not `whole`: at least so many, as the time for it was over. */
export async function countLate(
  store: Pick<Store, 'mailboxes' | 'migration'>,
  at: MailboxRef,
  since: Since,
  isOver: () => boolean = () => false,
): Promise<{ items: number; bytes: number; whole: boolean }> {
  const late = { items: 0, bytes: 0, whole: true }
  const ends = () => {
    late.whole = !isOver()
    return !late.whole
  }
  for await (const some of lateItems(store, at, since, ends))
    for (const { sizeBytes } of some) {
      late.items++
      late.bytes += sizeBytes
    }
  return late
}
