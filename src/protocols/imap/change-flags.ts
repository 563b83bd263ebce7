import type { Flags, ItemNo, ItemState } from '#src/domain/mailbox/item.ts'
import type { FlagChange, MailboxWriter } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { isShown } from './flag-words.ts'
import { itemsOfView } from './items-of-view.ts'
import type { SelectedFolder } from './selected-folder.ts'

/** What STORE asks for. */
export type FlagWish = {
  change: 'set' | 'add' | 'remove'
  flags: Flags
  keywords: readonly string[]
  unchangedSince?: number
}

/** One message as it was right before and is right after; the same where nothing was to be changed. */
export type FlagsChanged = { before: ItemState; after: ItemState }

/** Changes flags of a page of messages, all in one transaction. `found` were there; `held` are UIDs that `unchangedSince` held back. */
export async function changeFlagsOf(
  store: Store,
  folder: SelectedFolder,
  uids: Uint32Array,
  wish: FlagWish,
): Promise<{ found: number; changes: readonly FlagsChanged[]; held: readonly number[] }> {
  const { at } = folder
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, async ({ mailboxes }) => {
    const items = await itemsOfView({ mailboxes }, folder, uids, [])
    const { changed, held } =
      wish.change === 'set'
        ? await setFlags(mailboxes, folder, items, wish)
        : await mailboxes.changeFlags(
            at,
            items.map(({ no }) => no),
            changeOf(wish),
          )
    const after = new Map<ItemNo, ItemState>(changed.map((state) => [state.no, state]))
    const isHeld = new Set(held)
    return {
      found: items.length,
      changes: items
        .filter(({ no }) => !isHeld.has(no))
        .map((before) => ({ before, after: after.get(before.no) ?? before })),
      held: items.filter(({ no }) => isHeld.has(no)).map(({ uid }) => uid),
    }
  })
}

function changeOf({ change, flags, keywords, unchangedSince }: FlagWish): FlagChange {
  const bound = unchangedSince === undefined ? {} : { unchangedSince }
  return change === 'add'
    ? { add: flags, addKeywords: keywords, ...bound }
    : { remove: flags, removeKeywords: keywords, ...bound }
}

/** FLAGS as a whole. Categories of Outlook that IMAP cannot show stay: a client cannot mean to remove what it never saw. */
async function setFlags(
  mailboxes: MailboxWriter,
  { at }: SelectedFolder,
  items: readonly ItemState[],
  { flags, keywords, unchangedSince }: FlagWish,
): Promise<{ changed: readonly ItemState[]; held: readonly ItemNo[] }> {
  const groups = Map.groupBy(items, (item) => JSON.stringify(item.keywords.filter((each) => !isShown(each))))
  const changed: ItemState[] = []
  const held: ItemNo[] = []
  for (const [hidden, group] of groups) {
    const done = await mailboxes.changeFlags(
      at,
      group.map(({ no }) => no),
      {
        set: flags,
        setKeywords: [...keywords, ...(JSON.parse(hidden) as string[])],
        ...(unchangedSince !== undefined && { unchangedSince }),
      },
    )
    changed.push(...done.changed)
    held.push(...done.held)
  }
  return { changed, held }
}
