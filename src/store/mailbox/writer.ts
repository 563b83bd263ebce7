import type { MailboxWriter } from '#src/domain/mailbox/store.ts'
import type { Bodies } from '../bodies/bodies.ts'
import type { Session } from '../session.ts'
import { appendItem } from './append.ts'
import { changeItem } from './change-item.ts'
import { putConfiguration } from './configurations.ts'
import { copyItems } from './copies.ts'
import { keepDigests } from './digests.ts'
import { changeFlags, changeFlagsByUid } from './flags.ts'
import { changeFolder, createFolder, deleteFolder } from './folder-changes.ts'
import { createMailbox, destroyMailbox } from './lifetime.ts'
import { getMailbox, setQuota, setQuotaNotice } from './mailboxes.ts'
import { moveItems } from './moves.ts'
import { mailboxReader } from './reader.ts'
import { removeItems } from './removal.ts'
import { forgetChanges } from './tombstones.ts'

/** Writes within one transaction, and reads what it wrote. `now` is what items and folders are dated by. */
export function mailboxWriter(session: Session, bodies: Bodies, now: () => number = Date.now): MailboxWriter {
  const { sql, keys } = session
  return {
    ...mailboxReader(session, bodies),
    createMailbox: async (at, settings) => {
      const fresh = keys.newMailbox(at)
      await createMailbox(sql, fresh, at, settings, now())
      return getMailbox(sql, fresh, at)
    },
    destroyMailbox: async (at) => {
      await destroyMailbox(sql, await keys.mailbox(at))
      keys.destroyed(at)
    },
    setQuota: async (at, quotaBytes) => setQuota(sql, await keys.mailbox(at), at, quotaBytes),
    setQuotaNotice: async (at, given) => setQuotaNotice(sql, await keys.mailbox(at), at, given),
    createFolder: async (at, folder) => createFolder(sql, await keys.mailbox(at), folder, now()),
    changeFolder: async (at, folder, change) => changeFolder(sql, await keys.mailbox(at), folder, change),
    deleteFolder: async (at, folder) => deleteFolder(sql, await keys.mailbox(at), folder),
    appendItem: async (at, item) => appendItem(sql, await keys.mailbox(at), bodies, item, now()),
    changeItem: async (at, item, patch) =>
      changeItem(sql, await keys.mailbox(at), bodies, item, patch, now()),
    changeFlags: async (at, items, change) => changeFlags(sql, await keys.mailbox(at), items, change, now()),
    changeFlagsByUid: async (at, folder, uids, change) =>
      changeFlagsByUid(sql, await keys.mailbox(at), folder, uids, change, now()),
    moveItems: async (at, move) => moveItems(sql, await keys.mailbox(at), move, now()),
    copyItems: async (at, copy) => copyItems(sql, await keys.mailbox(at), bodies, copy, now()),
    removeItems: async (at, items) => removeItems(sql, await keys.mailbox(at), bodies, items, now()),
    keepDigests: async (at, aspect, digested) => keepDigests(sql, await keys.mailbox(at), aspect, digested),
    putConfiguration: async (at, folder, name, content) =>
      putConfiguration(sql, await keys.mailbox(at), folder, name, content),
    forgetChanges: async (at, modseq, limit) => forgetChanges(sql, await keys.mailbox(at), modseq, limit),
  }
}
