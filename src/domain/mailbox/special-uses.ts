import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { FolderNo } from './item.ts'
import type { MailboxReader, MailboxRef } from './store.ts'

/** What folders of a mailbox are used for as their owner says (RFC 6154 §3): `\Sent`, …, beside those that came with the mailbox. */
export type SpecialUses = ReadonlyMap<FolderNo, string>

const NAME = 'Landbridge.SpecialUses'
const MOST = 100

export async function readSpecialUses(mailboxes: MailboxReader, at: MailboxRef): Promise<SpecialUses> {
  const kept = await mailboxes.findConfiguration(at, 'root', NAME)
  return new Map((kept?.content.uses ?? []) as [FolderNo, string][])
}

/** Says what a folder is used for; null for nothing. Uses of folders that are gone are forgotten. Refuses `limit-exceeded`, `no-such-folder`. */
export function setSpecialUse(
  store: Store,
  at: MailboxRef,
  folder: FolderNo,
  use: string | null,
): Promise<void> {
  return store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, async ({ mailboxes }) => {
    const folders = await mailboxes.listFolders(at)
    const root = folders.find(({ distinguished }) => distinguished === 'root')
    if (root === undefined || !folders.some(({ no }) => no === folder))
      throw new Refusal('no-such-folder', 'There is no such folder.')
    const there = new Set(folders.map(({ no }) => no))
    const uses = new Map([...(await readSpecialUses(mailboxes, at))].filter(([no]) => there.has(no)))
    if (use === null) uses.delete(folder)
    else uses.set(folder, use)
    if (uses.size > MOST)
      throw new Refusal('limit-exceeded', `At most ${MOST} folders have a use of their own.`)
    await mailboxes.putConfiguration(at, root.no, NAME, uses.size === 0 ? null : { uses: [...uses] })
  })
}
