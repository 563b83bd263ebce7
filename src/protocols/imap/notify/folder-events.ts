import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'

/** Changes read at once. */
const AT_ONCE = 1_000

/** What happened to the messages of a folder. */
export type FolderEvents = { fresh: boolean; gone: boolean; flags: boolean }

type MailboxEvents = {
  folders: ReadonlyMap<FolderNo, FolderEvents>
  /** Folders that were made, renamed, moved, subscribed to or removed. */
  tree: ReadonlySet<FolderNo>
  /** Up to where this is known. */
  modseq: number
}

/** What happened in a mailbox after `since`, by folder; undefined when it is more than `most` changes. Refuses `cannot-calculate-changes`. */
export async function eventsSince(
  mailboxes: MailboxReader,
  at: MailboxRef,
  since: number,
  most: number,
): Promise<MailboxEvents | undefined> {
  const folders = new Map<FolderNo, FolderEvents>()
  const tree = new Set<FolderNo>()
  let { modseq } = await mailboxes.getMailbox(at)
  let left = most
  const mark = (no: FolderNo, what: keyof FolderEvents) => {
    const events = folders.get(no) ?? { fresh: false, gone: false, flags: false }
    events[what] = true
    folders.set(no, events)
  }
  for (let from: number | null = since; from !== null; ) {
    const page: Awaited<ReturnType<typeof mailboxes.changes>> = await mailboxes.changes(at, {
      since: from,
      limit: AT_ONCE,
    })
    left -= page.rows.length
    if (left < 0) return undefined
    for (const change of page.rows) {
      modseq = Math.max(modseq, change.modseq)
      // What came and went in between is told of neither way.
      if (change.kind === 'gone') {
        if (change.createdModseq <= since) mark(change.folder, 'gone')
      } else if (change.kind === 'item')
        mark(change.item.folder, change.item.createdModseq > since ? 'fresh' : 'flags')
      else tree.add(change.kind === 'folder' ? change.folder.no : change.folder)
    }
    from = page.next
  }
  return { folders, tree, modseq }
}
