import { Refusal } from '#src/domain/refusal.ts'
import { formatQuota } from '#src/wire/imap/quota.ts'
import { delimiter, parseFolderName } from './folder-names.ts'
import type { ReachableMailbox } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/**
 * A mailbox is one quota root (RFC 9208 §3.2), with a limit in octets: the user's own is `""`, that of somebody else what
 * its names begin with. Only who has full access is told.
 */
export const rootOf = ({ prefix }: ReachableMailbox): string => prefix.slice(0, -delimiter.length)

/** The mailbox that has a folder, or would have it (RFC 9208 §4.1.2). Refuses `no-such-folder` for what is nobody's. */
export async function getQuotaMailbox(session: ImapSession, name: string): Promise<ReachableMailbox> {
  const found = await session.mailboxes.find(name)
  if (found !== undefined) return found.mailbox
  if (parseFolderName(name).space === 'personal') return session.mailboxes.own
  return (await session.mailboxes.get(name)).mailbox
}

/** The mailbox of a quota root. Refuses `no-such-mailbox`, `not-allowed`. */
export async function getRootMailbox(session: ImapSession, root: string): Promise<ReachableMailbox> {
  if (root === '') return session.mailboxes.own
  const space = parseFolderName(root).space
  const found = space === 'personal' ? undefined : await session.mailboxes.find(`${root + delimiter}INBOX`)
  if (found === undefined || rootOf(found.mailbox).toLowerCase() !== root.toLowerCase())
    throw new Refusal('no-such-mailbox', 'There is no quota root of that name. GETQUOTAROOT tells them.')
  if (!found.mailbox.access.full)
    throw new Refusal('not-allowed', 'How full this mailbox is, is for its owner to know.')
  return found.mailbox
}

export async function tellQuota(session: ImapSession, mailbox: ReachableMailbox): Promise<void> {
  const { sizeBytes, quotaBytes } = await session.store.mailboxes.getMailbox(mailbox.at)
  const storage = {
    resource: 'STORAGE',
    usage: Math.ceil(sizeBytes / 1024),
    limit: Math.floor(quotaBytes / 1024),
  }
  session.untagged(formatQuota({ root: rootOf(mailbox), resources: [storage] }, session.utf8))
}
