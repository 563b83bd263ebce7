import type { ImapSession } from '#src/clients/imap/session.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { type BreakingMessages, isBreak, type SearchedFolder } from './breaking-messages.ts'
import { keyOf, uidsOfKeys } from './item-key.ts'
import { presentUids } from './present-uids.ts'

/** So many that together break the conversation are tried one by one. */
const FEW = 8
/** With more of them it is no fault of messages. */
const MOST_SUSPECTS = 200

/**
 * Finds messages at which the list of the flags of a whole folder ends: by ever smaller parts of it, then each by itself. Whether there
 * are any. Rejects with ImapFailure where it is the folder, or the server, that is at fault.
 */
export async function findUnscanned(
  breaking: BreakingMessages,
  at: SearchedFolder,
  signal: AbortSignal,
): Promise<boolean> {
  let validity = 0
  let all: readonly number[] = []
  const unsearched = await breaking.inFolder(at.path, signal, async (session, uidValidity) => {
    validity = uidValidity
    all = [...(await presentUids(session))]
  })
  if (unsearched !== undefined) throw unsearched
  const { key: folder } = at.folder
  const bad = uidsOfKeys(breaking.known.keys(), folder, validity)
  const open = halves(all.filter((uid) => !bad.has(uid)))
  const suspects: number[] = []
  for (let some = open.pop(); some !== undefined; some = open.pop()) {
    const uids = some
    const failure = await breaking.inFolder(at.path, signal, (session) => scanned(session, uids))
    if (!isBreak(failure)) continue
    if (uids.length > FEW) open.push(...halves(uids))
    else suspects.push(...uids)
    if (suspects.length > MOST_SUSPECTS) throw failure
  }
  const before = breaking.known.size
  const keys = suspects.map((uid) => keyOf({ folder, validity, uid }))
  const alone = async (session: ImapSession, uid: number) => {
    await scanned(session, [uid])
    return true
  }
  await Array.fromAsync(breaking.find(at, keys, alone, signal))
  return breaking.known.size > before
}

function halves(uids: readonly number[]): (readonly number[])[] {
  const half = Math.ceil(uids.length / 2)
  return [uids.slice(half), uids.slice(0, half)].filter(({ length }) => length > 0)
}

async function scanned(session: ImapSession, uids: readonly number[]): Promise<void> {
  for await (const message of session.fetch(NumberSet.of(uids), [{ item: 'FLAGS' }])) await message.finish()
}
