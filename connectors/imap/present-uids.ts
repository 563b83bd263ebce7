import { ImapFailure } from '#src/clients/imap/failure.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { maxNumber, NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'

/**
 * UIDs above `after` of the messages that the selected folder has. They are asked for as UIDs: to UID SEARCH ALL iCloud was seen to
 * answer numbers that are none. A server that does not understand that is asked for all. Rejects with ImapFailure.
 */
export async function presentUids(session: ImapSession, after = 0): Promise<NumberSet> {
  const { all = NumberSet.empty } = await session.search(behind(after)).catch((error: unknown) => {
    if (!(error instanceof ImapFailure) || error.status !== 'BAD' || session.failure !== undefined)
      throw error
    return session.search({ key: 'all' })
  })
  // `n:*` means the last message too when it lies before n.
  return all.intersect(uidsBehind(after))
}

export const uidsBehind = (after: number): NumberSet =>
  NumberSet.ofBounds([Math.min(after + 1, maxNumber), maxNumber])

export const behind = (after: number) => ({ key: 'numbers', uid: true, numbers: setBehind(after) }) as const

const setBehind = (after: number) => SequenceSet.parse(`${Math.min(after + 1, maxNumber)}:*`)
