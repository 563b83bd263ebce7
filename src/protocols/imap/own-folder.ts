import { Refusal } from '#src/domain/refusal.ts'
import type { NamedFolder } from './reachable-mailboxes.ts'
import type { ImapSession } from './session.ts'

/** A folder of the user's own mailbox, for what is kept with the folder and so is its owner's alone. Refuses `not-allowed` for others. */
export async function getOwnFolder(session: ImapSession, name: string): Promise<NamedFolder> {
  const found = await session.mailboxes.get(name)
  if (found.mailbox.space !== 'personal')
    throw new Refusal('not-allowed', 'Only mailboxes of your own are subscribed to.')
  return found
}
