import { hasOutOfOffice, outOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { saidHours, type WorkingHours } from '#src/domain/calendar/working-hours.ts'
import { Damaged } from '#src/domain/damaged.ts'
import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { FolderNo, Item, ItemNo } from '#src/domain/mailbox/item.ts'
import type { MailboxReader, MailboxRef } from '#src/domain/mailbox/store.ts'
import { guardedItem } from '#src/domain/migration/guarded-item.ts'
import type {
  ChangePage,
  SourceChange,
  SourceFolder,
  SourceMailbox,
  SourceOutOfOffice,
  SourceRule,
} from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { sourceItem, wholeItem } from '#src/domain/migration/stored-item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { inboxRules, junkLists } from '#src/domain/rules/kept-rules.ts'
import type { Rule } from '#src/domain/rules/rule.ts'
import type { Store } from '#src/domain/store.ts'
import { failureOf } from './failure.ts'
import { configurationsOf } from './left-settings.ts'
import { storedRights } from './stored-rights.ts'

/** `start`: the modseq at which a list of everything began, and the uid it came to; else the modseq everything was told up to. */
type Cursor = { start: number; after: number } | { since: number }

/** Items that are opened together. */
const TOGETHER = 50

/** A mailbox of another store. */
export function storedMailbox(
  store: Pick<Store, 'mailboxes' | 'directory'>,
  at: MailboxRef,
  recoverable: boolean,
): SourceMailbox {
  const { mailboxes } = store
  const inSource = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw failureOf(error)
    }
  }
  const copied = async () => foldersOf(await mailboxes.listFolders(at), recoverable)
  /** Its octets go when it is deleted, or when others take their place. */
  const unreadable = async ({ no, body }: Item, error: unknown): Promise<unknown> => {
    if (!(error instanceof Damaged)) return failureOf(error)
    const [present] = await inSource(() => mailboxes.getItems(at, [no]))
    if (present === undefined) return gone()
    const changed = present.body !== body
    return changed
      ? new SourceFailure('transient', 'changed', 'The item was changed while it was read.', { cause: error })
      : new SourceFailure('item-permanent', 'damaged', error.message, { cause: error })
  }
  return {
    async *folders() {
      yield* await inSource(copied)
    },

    changes: ({ key }, given, limit) =>
      inSource(async () => {
        const folder = Number(key) as FolderNo
        const cursor: Cursor | null = given === null ? null : JSON.parse(given)
        if (cursor === null || 'start' in cursor) return listed(mailboxes, at, folder, cursor, limit)
        try {
          const shown = new Set((await copied()).map(({ key }) => key))
          return await changed(mailboxes, at, folder, cursor.since, limit, shown)
        } catch (error) {
          if (!(error instanceof Refusal) || error.reason !== 'cannot-calculate-changes') throw error
          return { ...(await listed(mailboxes, at, folder, null, limit)), restarted: true }
        }
      }),

    async *items({ key }, keys, signal) {
      const folder = Number(key) as FolderNo
      for (let from = 0; from < keys.length; from += TOGETHER) {
        signal.throwIfAborted()
        const some = keys.slice(from, from + TOGETHER)
        const nos = some.map((each) => Number(each) as ItemNo)
        const found = await inSource(() => mailboxes.getItems(at, nos, wholeItem))
        const here = new Map(found.filter((item) => item.folder === folder).map((item) => [item.no, item]))
        for (const no of nos) {
          const item = here.get(no)
          if (item === undefined) yield { kind: 'failed', key: String(no), failure: gone() }
          else {
            const read = await inSource(() => sourceItem(mailboxes, at, item))
            yield { kind: 'item', item: guardedItem(read, (error) => unreadable(item, error)) }
          }
        }
      }
    },

    settings: () =>
      inSource(async () => ({
        outOfOffice: await absenceOf(mailboxes, at),
        rules: (await inboxRules(mailboxes, at)).map(sourceRule),
        ...(await storedRights(store, at, await copied())),
        ...(await hoursOf(mailboxes, at)),
        junk: await junkLists(mailboxes, at),
        ...(await configurationsOf(mailboxes, at, await mailboxes.listFolders(at))),
      })),
    close: async () => {},
  }
}

async function hoursOf(mailboxes: MailboxReader, at: MailboxRef): Promise<{ workingHours?: WorkingHours }> {
  const workingHours = await saidHours(mailboxes, at)
  return workingHours === undefined ? {} : { workingHours }
}

async function absenceOf(mailboxes: MailboxReader, at: MailboxRef): Promise<SourceOutOfOffice | null> {
  if (!(await hasOutOfOffice(mailboxes, at))) return null
  const { state, externalAudience, from, to, internalText, externalText } = await outOfOffice(mailboxes, at)
  return { state, audience: externalAudience, from, to, inside: internalText, outside: externalText }
}

/** Numbers of folders and items are their keys. */
function sourceRule({ id: _, actions, ...rule }: Rule): SourceRule {
  const { copyTo, moveTo, replyWith, ...others } = actions
  return {
    ...rule,
    actions: {
      ...others,
      ...(copyTo !== undefined && { copyTo: { key: String(copyTo) } }),
      ...(moveTo !== undefined && { moveTo: { key: String(moveTo) } }),
      ...(replyWith !== undefined && { replyWith: String(replyWith) }),
    },
  }
}

const gone = () =>
  new SourceFailure('item-permanent', 'gone', 'The item was deleted or moved after it was listed.')

/** Not the two roots, what programs search with, and, unless it is asked for, the recoverable area. */
function foldersOf(all: readonly Folder[], recoverable: boolean): SourceFolder[] {
  const isLeftOut = ({ class: kind, distinguished }: Folder) =>
    kind === 'search' || (!recoverable && distinguished !== null && distinguished.includes('recoverable'))
  const isRoot = ({ distinguished }: Folder) => distinguished === 'root' || distinguished === 'msgfolderroot'
  const children = Map.groupBy(all, ({ parent }) => parent)
  const found: SourceFolder[] = []
  const walk = (folders: readonly Folder[], parent: string | null) => {
    for (const folder of folders) {
      if (isLeftOut(folder)) continue
      if (!isRoot(folder)) found.push(sourceFolder(folder, parent))
      walk(children.get(folder.no) ?? [], isRoot(folder) ? null : String(folder.no))
    }
  }
  walk(children.get(null) ?? [], null)
  return found
}

function sourceFolder(folder: Folder, parent: string | null): SourceFolder {
  const { no, name, distinguished, class: kind, items, sizeBytes, subscribed } = folder
  return {
    key: String(no),
    parent,
    name,
    role: distinguished,
    class: kind,
    folderClass: null,
    items,
    sizeBytes,
    ...(kind === 'message' && { subscribed }),
  }
}

async function listed(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
  cursor: { start: number; after: number } | null,
  limit: number,
): Promise<ChangePage> {
  const start = cursor?.start ?? (await mailboxes.getMailbox(at)).modseq
  const page = await mailboxes.listItems(at, folder, { order: 'uid', after: cursor?.after ?? null, limit })
  const next: Cursor = page.next === null ? { since: start } : { start, after: Number(page.next) }
  return {
    changes: page.rows.map(change),
    cursor: JSON.stringify(next),
    more: page.next !== null,
    restarted: false,
  }
}

async function changed(
  mailboxes: MailboxReader,
  at: MailboxRef,
  folder: FolderNo,
  since: number,
  limit: number,
  shown: ReadonlySet<string>,
): Promise<ChangePage> {
  const page = await mailboxes.changes(at, { since, folder, limit })
  const missing = page.rows.flatMap((row) => (row.kind === 'gone' ? [row.item] : []))
  // What was moved is told by the folder where it is now, so that it is not taken away in between.
  const elsewhere = new Map(
    (missing.length === 0 ? [] : await mailboxes.getItems(at, missing)).map(({ no, folder }) => [no, folder]),
  )
  const changes = page.rows.flatMap((row): SourceChange[] => {
    if (row.kind === 'item') return [change(row.item)]
    if (row.kind !== 'gone') return []
    const gone = { kind: 'gone', key: String(row.item) } as const
    const to = elsewhere.get(row.item)
    if (to === undefined) return [{ ...gone, forGood: true }]
    return shown.has(String(to)) ? [] : [gone]
  })
  const last = page.next ?? page.rows.at(-1)?.modseq ?? since
  return { changes, cursor: JSON.stringify({ since: last }), more: page.next !== null, restarted: false }
}

/** Items keep their number wherever they move, so nothing else is needed to know them by. */
function change({ no, modseq, sizeBytes }: Item): SourceChange {
  return { kind: 'item', key: String(no), version: String(modseq), sizeBytes, match: null, marks: null }
}
