import { randomUUID } from 'node:crypto'
import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'

/**
 * Whether a folder that a server does not show, or shows as one that holds nothing, may be there and be kept from us. Whoever may not
 * look a folder up is told that there is none (RFC 4314 section 6), so that a list cannot tell. Dovecot says of what is not there which
 * rights one would have on it, and of what is kept from us that there is no such folder. Servers that say so of both (Cyrus, ours) keep
 * nothing from an owner, who always has some rights (RFC 4314 section 2.1); neither does one without ACL. `path` is undefined where nobody
 * knows it any more; `isOwn`: only folders of the owner are copied. `general`: what holds for every folder
 * and was found for another one. Rejects with ImapFailure where the conversation fails.
 */
export async function mayBeHidden(
  session: ImapSession,
  { path, isOwn, general }: { path: string | undefined; isOwn: boolean; general: { keeps?: boolean } },
): Promise<boolean> {
  if (!session.capabilities.has('ACL')) return false
  const rights = path === undefined ? undefined : await rightsOn(session, path)
  if (rights !== undefined) return !rights.includes('l') || !rights.includes('r')
  if (!isOwn) return true
  general.keeps ??=
    (await rightsOn(session, randomUUID())) !== undefined ||
    !(await rightsOn(session, 'INBOX'))?.includes('a')
  return general.keeps
}

/** Undefined: there is no such folder, as far as we may know. */
async function rightsOn(session: ImapSession, path: string): Promise<string | undefined> {
  try {
    return await session.myRights(path)
  } catch (error) {
    if (error instanceof ImapFailure && error.kind === 'refused') return undefined
    throw error
  }
}
