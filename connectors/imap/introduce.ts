import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import type { Identity } from '#src/wire/imap/server-data.ts'

const ours: Identity = new Map([['name', 'Landbridge']])

/**
 * Says who we are (RFC 2971) and answers what the server says of itself: empty where it has no word for that, or does not like ours.
 * NetEase (163, 126, yeah.net) opens no folder for programs that do not say who they are ("Unsafe Login"). Rejects with ImapFailure
 * where the conversation fails.
 */
export async function introduce(session: ImapSession): Promise<Identity> {
  try {
    return await session.identify(ours)
  } catch (error) {
    if (error instanceof ImapFailure && error.kind === 'refused') return new Map()
    throw error
  }
}
