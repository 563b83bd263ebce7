import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { ResponseCode } from '#src/wire/imap/response-code.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import type { CopiedMessage } from './copy-messages.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import { MissingTarget } from './refusal-codes.ts'
import type { ImapSession } from './session.ts'

/** Where COPY, MOVE and APPEND put messages. Refuses `MissingTarget`, `not-allowed`. */
export async function getTarget(session: ImapSession, name: string): Promise<NamedFolder> {
  const found = await session.mailboxes.find(name)
  if (found === undefined) throw await missing(session, name)
  if ((found.rights & FolderRight.create) === 0)
    throw new Refusal('not-allowed', 'You may not put messages into this mailbox. Ask its owner.')
  return found
}

/** TRYCREATE is only for what CREATE would make (RFC 9051 §6.3.12). */
async function missing(session: ImapSession, name: string): Promise<Refusal> {
  try {
    await session.mailboxes.getPlaceFor(name)
    return new MissingTarget()
  } catch (error) {
    if (!(error instanceof Refusal) || error.reason !== 'folder-exists') throw error
    return new Refusal('not-supported', 'This folder takes no mail.')
  }
}

export function copyUid(target: NamedFolder, copied: readonly CopiedMessage[]): ResponseCode {
  const { uidValidity } = target.folder
  const from = UidList.of(copied.map(({ fromUid }) => fromUid))
  return { code: 'COPYUID', uidValidity, from, to: UidList.of(copied.map(({ toUid }) => toUid)) }
}
