import { setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { setWorkingHours, type WorkingHours } from '#src/domain/calendar/working-hours.ts'
import type { Spool } from '#src/domain/delivery/spool.ts'
import type { Configuration } from '#src/domain/mailbox/configuration.ts'
import { moveFolder, subscribeFolder } from '#src/domain/mailbox/folders.ts'
import type { FolderNo, ItemNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import {
  classOfConfiguration,
  isFolderProperties,
  type UserConfiguration,
} from '#src/domain/mailbox/user-configuration.ts'
import { readItem } from '#src/domain/migration/engine/items/import-item.ts'
import type { PutItem, SourceItem, SourceReturns } from '#src/domain/migration/source.ts'
import { type FailureKind, SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal, type RefusalReason } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { workingHoursIn } from '#src/wire/ews/work-hours.ts'

export type ReturnDeps = { store: Pick<Store, 'mailboxes' | 'transact' | 'stageBody'>; spool: Spool }

type Content = Configuration['content']

const DAY_MS = 86_400_000

/** Puts items into a mailbox of another store. What may be there already is looked for among what came since the mark. */
export const storedReturns = ({ store, spool }: ReturnDeps, at: MailboxRef): SourceReturns => ({
  mark: ({ key }) =>
    inStore(async () => String((await store.mailboxes.getFolder(at, folderOf(key))).uidNext)),

  makeFolder: ({ name, class: kind }, parent) =>
    inStore(async () => {
      const above = parent === null ? await topOf(store, at) : folderOf(parent.key)
      const { no } = await store.transact(
        { organization: at.organization, mailboxes: [at.mailbox] },
        ({ mailboxes }) =>
          mailboxes.createFolder(at, { parent: above, name, class: kind, subscribed: kind === 'message' }),
      )
      const none = { role: null, folderClass: null, items: 0, sizeBytes: 0 }
      return { key: String(no), parent: parent?.key ?? null, name, class: kind, ...none }
    }),

  placeFolder: (folder, { name, parent }) =>
    inStore(async () => {
      const above = parent === null ? await topOf(store, at) : folderOf(parent.key)
      await moveFolder(store, at, folderOf(folder.key), { name, parent: above })
      return { ...folder, name, parent: parent?.key ?? null }
    }),

  subscribe: ({ key }, subscribed) =>
    inStore(async () => {
      await subscribeFolder(store, at, folderOf(key), subscribed)
    }),

  setOutOfOffice: ({ state, audience, from, to, inside, outside }) =>
    inStore(() =>
      setOutOfOffice(store, at, {
        ...{ state, externalAudience: audience, internalText: inside, externalText: outside },
        ...{ from: from ?? 0, to: to ?? DAY_MS },
      }),
    ),

  putConfiguration: ({ folder, name, content }) =>
    inStore(() =>
      store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
        const no =
          'key' in folder
            ? folderOf(folder.key)
            : (await mailboxes.findFolder(at, { distinguished: folder.role }))?.no
        if (no === undefined) throw new SourceFailure('item-permanent', 'no-folder', 'It lacks the folder.')
        const before = (await mailboxes.findConfiguration(at, no, name))?.content
        const whole = isFolderProperties(name) ? setIn(before, content) : content
        await mailboxes.putConfiguration(at, no, name, whole)
        if (name.toLowerCase() === WORK_HOURS) await setWorkingHours(mailboxes, at, hoursIn(content))
      }),
    ),

  put: ({ key }, item, { mark, again }, signal) =>
    inStore(async () => {
      const folder = folderOf(key)
      const known = again ? await findSince(store, at, folder, Number(mark), item) : undefined
      if (known !== undefined) return nameOf(known)
      const take = await readItem(
        { store, spool, largestItemBytes: Number.POSITIVE_INFINITY },
        at,
        item,
        signal,
      )
      const { item: made } = await take()
      const put = await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, (writer) =>
        writer.mailboxes.appendItem(at, { ...made, folder }),
      )
      return nameOf(put)
    }),

  change: ({ key, title, folder }, { marks, to, properties }) =>
    inStore(async () => {
      const no = Number(key) as ItemNo
      const changed = await store.transact(
        { organization: at.organization, mailboxes: [at.mailbox] },
        async ({ mailboxes }) => {
          const [there] = await mailboxes.getItems(at, [no])
          // One that was known as deleted may be brought back.
          const isDeleted = there?.deletedFrom !== null && there?.folder !== folderOf(folder.key)
          if (there === undefined || isDeleted)
            throw new SourceFailure('item-permanent', 'gone', `"${title}" is not there any more.`)
          if (marks !== null)
            await mailboxes.changeFlags(at, [no], { set: marks.flags, setKeywords: marks.keywords })
          if (properties !== undefined) await mailboxes.changeItem(at, no, { properties })
          if (to !== null) await mailboxes.moveItems(at, { items: [no], to: folderOf(to.key) })
          return (await mailboxes.getItems(at, [no]))[0]!
        },
      )
      return nameOf(changed)
    }),
})

const WORK_HOURS = classOfConfiguration('WorkHours').toLowerCase()

/** Null, and what nobody can read: the usual ones. */
function hoursIn(content: UserConfiguration | null): WorkingHours | null {
  const { xmlData } = content ?? {}
  return xmlData === undefined ? null : workingHoursIn(Buffer.from(xmlData, 'base64'), Date.now())
}

/** With some set, and those that are null taken away. */
function setIn(before: Content | undefined, change: Content | null): Content | null {
  const after = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null)
  return after.length === 0 ? null : Object.fromEntries(after)
}

async function topOf({ mailboxes }: Pick<Store, 'mailboxes'>, at: MailboxRef): Promise<FolderNo> {
  const top = (await mailboxes.findFolder(at, { distinguished: 'msgfolderroot' }))?.no
  if (top === undefined) throw new SourceFailure('item-permanent', 'no-folder', 'It has no top folder.')
  return top
}

const folderOf = (key: string): FolderNo => Number(key) as FolderNo

const nameOf = ({ no, modseq }: Pick<ItemState, 'no' | 'modseq'>): PutItem => ({
  key: String(no),
  version: String(modseq),
  match: null,
  losses: [],
})

async function findSince(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  at: MailboxRef,
  folder: FolderNo,
  uid: number,
  item: SourceItem,
): Promise<ItemState | undefined> {
  for (let after: number | string | null = uid - 1; after !== null; ) {
    const page = await mailboxes.listItems(at, folder, {
      ...{ order: 'uid', after, limit: 200 },
      parts: ['summary'],
    })
    const found = page.rows.find(
      (row) =>
        row.class === item.class &&
        row.receivedAt === item.receivedAt &&
        row.summary?.subject === item.title &&
        (item.message === null || row.sizeBytes === item.message.sizeBytes),
    )
    if (found !== undefined) return found
    after = page.next
  }
  return undefined
}

/** What is of no single item. */
const kinds: ReadonlyMap<RefusalReason, FailureKind> = new Map([
  ['no-such-mailbox', 'transient'],
  ['key-unavailable', 'transient'],
  ['try-later', 'transient'],
  ['over-quota', 'no-room'],
])

/** What the other store does not take of one item is no reason to stop; a failure of the whole mailbox is. */
async function inStore<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const { reason, message } = error
    throw new SourceFailure(kinds.get(reason) ?? 'item-permanent', reason, message, { cause: error })
  }
}
