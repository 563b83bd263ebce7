import type { ItemState } from '#src/domain/mailbox/item.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { Qresync } from '#src/wire/imap/select.ts'
import { tellStates } from './folder-news.ts'
import type { SelectedFolder } from './selected-folder.ts'
import type { ImapSession } from './session.ts'

const AT_ONCE = 1_000
const LINE = 8_000

/** Tells what happened since the client was here: VANISHED (EARLIER), then FETCH (RFC 7162 §3.2.5.1). */
export async function resynchronize(
  session: ImapSession,
  selected: SelectedFolder,
  { modseq, knownUids }: Pick<Qresync, 'modseq' | 'knownUids'>,
): Promise<void> {
  const vanished = await vanishedSince(session, selected, modseq, knownUids)
  await tellVanishedEarlier(session, vanished)
  for await (const states of changedSince(session, selected, modseq))
    await tellStates(
      session,
      knownUids === undefined ? states : states.filter(({ uid }) => knownUids.has(uid)),
    )
}

/** VANISHED (EARLIER), as often as lines stay short enough. */
export async function tellVanishedEarlier(session: ImapSession, vanished: NumberSet): Promise<void> {
  for (const piece of vanished.split(LINE)) {
    session.untagged(`VANISHED (EARLIER) ${piece}`)
    await session.flow()
  }
}

/**
 * UIDs of the client that are no more. When the log does not reach back to `modseq`, all UIDs that there ever were and are
 * not in the folder: more than needed, and nothing is missed (RFC 7162 §3.2.5.1).
 */
export async function vanishedSince(
  session: ImapSession,
  selected: SelectedFolder,
  modseq: number,
  among?: NumberSet,
): Promise<NumberSet> {
  const gone: number[] = []
  try {
    for await (const changes of changesOf(session, selected, modseq)) {
      // What came after `modseq` and went again, too: a client may have heard of it in the session whose first modseq it kept.
      for (const change of changes)
        if (change.kind === 'gone' && !selected.view.has(change.uid)) gone.push(change.uid)
    }
  } catch (error) {
    if (!isForgotten(error)) throw error
    const last = selected.highestUid
    const ever = last === 0 ? NumberSet.empty : NumberSet.ofBounds([1, last])
    return (among === undefined ? ever : ever.intersect(among)).minus(selected.view.toNumberSet())
  }
  const vanished = NumberSet.of(gone.sort((a, b) => a - b))
  return among === undefined ? vanished : vanished.intersect(among)
}

/** States of items of the view that changed after `modseq`, in pages, by modseq or by uid. */
export async function* changedSince(
  session: ImapSession,
  selected: SelectedFolder,
  modseq: number,
): AsyncGenerator<readonly ItemState[]> {
  try {
    for await (const changes of changesOf(session, selected, modseq))
      yield changes.flatMap((change) =>
        change.kind === 'item' && selected.view.has(change.item.uid) ? [change.item] : [],
      )
  } catch (error) {
    if (!isForgotten(error)) throw error
    const scan = { limit: AT_ONCE, only: { changedAfter: modseq }, uidTo: selected.view.lastUid }
    for (let uidFrom: number | null = 1; uidFrom !== null; ) {
      const page: Awaited<ReturnType<typeof session.store.mailboxes.scanItems>> =
        await session.store.mailboxes.scanItems(selected.at, selected.no, { ...scan, uidFrom })
      yield page.rows
      uidFrom = page.scannedTo === null ? null : page.scannedTo + 1
    }
  }
}

async function* changesOf(session: ImapSession, selected: SelectedFolder, modseq: number) {
  for (let since: number | null = modseq; since !== null; ) {
    const page: Awaited<ReturnType<typeof session.store.mailboxes.changes>> =
      await session.store.mailboxes.changes(selected.at, { since, folder: selected.no, limit: AT_ONCE })
    yield page.rows
    since = page.next
  }
}

const isForgotten = (error: unknown): boolean =>
  error instanceof Refusal && error.reason === 'cannot-calculate-changes'
