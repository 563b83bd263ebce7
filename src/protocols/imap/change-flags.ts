import type { FlagChange, FlagsChanged } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import { type ForbiddenMarks, flagsBeside, type Marks, marksWithout } from './allowed-marks.ts'
import { isShown } from './flag-words.ts'
import type { SelectedFolder } from './selected-folder.ts'

/** What STORE asks for; `fixed` are marks that stay as they are. */
export type FlagWish = Marks & {
  change: 'set' | 'add' | 'remove'
  fixed: ForbiddenMarks
  unchangedSince?: number
}

/** Changes flags of a page of messages, all in one transaction. `held` are UIDs that `unchangedSince` held back. */
export function changeFlagsOf(
  store: Store,
  { at, no }: SelectedFolder,
  uids: Uint32Array,
  wish: FlagWish,
): Promise<{ changes: readonly FlagsChanged[]; held: readonly number[] }> {
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  return store.transact(scope, ({ mailboxes }) => mailboxes.changeFlagsByUid(at, no, uids, changeOf(wish)))
}

function changeOf({ change, fixed, unchangedSince, ...asked }: FlagWish): FlagChange {
  const bound = unchangedSince === undefined ? {} : { unchangedSince }
  const { flags, keywords } = marksWithout(asked, fixed)
  if (change === 'add') return { add: flags, addKeywords: keywords, ...bound }
  if (change === 'remove') return { remove: flags, removeKeywords: keywords, ...bound }
  const remove = flagsBeside(fixed) & ~flags
  if (fixed.keywords) return { add: flags, remove, ...bound }
  // Categories of Outlook that IMAP cannot show stay: a client cannot mean to remove what it never saw.
  return {
    add: flags,
    remove,
    setKeywords: keywords,
    keepsKeyword: (keyword) => !isShown(keyword),
    ...bound,
  }
}
