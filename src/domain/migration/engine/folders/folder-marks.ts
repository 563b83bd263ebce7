import type { LedgerFolder } from '../../store.ts'

/**
 * Clocks of one Exchange organisation differ by less: Kerberos takes no more (RFC 4120 section 1.6). So much later no server writes a
 * time that a mark had before, be it in whole seconds, and after another server took the mailbox over.
 */
export const SETTLED_MS = 5 * 60_000
/** A folder is asked for its changes at least this often, whatever its mark says. */
export const ASKED_AFTER_MS = 7 * 24 * 3_600_000

/** What was noted of a folder's mark (`SourceFolder.mark`). */
export type FolderMark = {
  said: string
  /** When it was seen first: epoch milliseconds of this machine, and no clock of the source is asked for. */
  since: number
  /** When the list of folders came before which the folder was last asked for its changes, to their end. */
  askedAt: number
}

/**
 * Whether a folder need not be asked for its changes. Its mark says so where it was seen long enough before the folder was asked last:
 * whatever changed since then has a later time. It is no proof. [MS-OXCFOLD] 2.2.2.2.1.14 and [MS-OXPROPS] 2.774 speak of changed messages,
 * so that one read mark set and another one taken away may leave time and counts as they were, and there are servers that keep the
 * time less well. So the last delta before a flip, and what follows it, asks for every folder (`PassRun.asksAll`), and the others once
 * in `ASKED_AFTER_MS` all the same.
 */
export function isAsMarked(
  noted: FolderMark | undefined,
  mark: string | null | undefined,
  now: number,
): boolean {
  if (noted === undefined || noted.said !== mark) return false
  return noted.askedAt - noted.since >= SETTLED_MS && isRecent(noted, now)
}

/** As a clock that was set back would have it, it was asked for in the future: that is not recent. */
const isRecent = ({ askedAt }: FolderMark, now: number): boolean =>
  now >= askedAt && now - askedAt < ASKED_AFTER_MS

/** What is noted once a folder was asked to the end; the same as before where that says as much, so that nothing is written. */
export function markedAfter(
  { mark: noted }: Pick<LedgerFolder, 'mark'>,
  mark: string | null | undefined,
  listedAt: number,
): FolderMark | undefined {
  if (mark === null || mark === undefined) return undefined
  if (noted === undefined || noted.said !== mark || listedAt < noted.since)
    return { said: mark, since: listedAt, askedAt: listedAt }
  if (isAsMarked(noted, mark, listedAt) || listedAt - noted.since < SETTLED_MS) return noted
  return { ...noted, askedAt: listedAt }
}
