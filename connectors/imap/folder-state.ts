import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { MailboxStatus } from '#src/wire/imap/mailbox-status.ts'
import { NumberSet, parseNumberSet } from '#src/wire/imap/number-set.ts'

/** What was told of a folder: all that a cursor says. */
export type FolderState = {
  /** Null: nothing yet. */
  validity: number | null
  /** Everything up to this modseq was told; null where the server keeps none, or in a list of everything. */
  modseq: number | null
  /** UIDs that were told and not told to be gone. */
  known: NumberSet
  /** Of servers without modseqs: a hash over the marks of each block of UIDs. */
  blocks: ReadonlyMap<number, string>
  /** A round of pages is under way: the modseq at its beginning, and the UID up to which changes were told. */
  round: { modseq: number | null; after: number } | null
}

export const nothingTold: FolderState = {
  validity: null,
  modseq: null,
  known: NumberSet.empty,
  blocks: new Map(),
  round: null,
}

/**
 * Whether counts of a folder say that everything of it was told: each change of its messages raises HIGHESTMODSEQ (RFC 7162 section 3.1.2), and
 * where a server leaves that out for one that goes, there is one fewer. What holds nothing and held nothing needs no modseq.
 */
export function tellsAll(
  { validity, modseq, known, round }: FolderState,
  { UIDVALIDITY, HIGHESTMODSEQ, MESSAGES }: MailboxStatus,
): boolean {
  if (round !== null || UIDVALIDITY !== validity || MESSAGES !== known.size) return false
  // 0: it keeps none for this folder (RFC 7162 section 3.1.7).
  return MESSAGES === 0 || (modseq !== null && modseq > 0 && modseq === HIGHESTMODSEQ)
}

/** More than a cursor of any folder opens to. */
const mostBytes = 64 * 1024 * 1024

export function formatCursor({ validity, modseq, known, blocks, round }: FolderState): string {
  const text = JSON.stringify([validity, modseq, known.toString(), [...blocks], round])
  return deflateRawSync(text).toString('base64url')
}

/** The state of a cursor, or undefined when it is none of ours. */
export function parseCursor(cursor: string): FolderState | undefined {
  try {
    const text = inflateRawSync(Buffer.from(cursor, 'base64url'), { maxOutputLength: mostBytes }).toString()
    const [validity, modseq, known, blocks, round] = JSON.parse(text)
    if (typeof validity !== 'number' || typeof known !== 'string') return undefined
    return {
      validity,
      modseq,
      known: known === '' ? NumberSet.empty : parseNumberSet(known),
      blocks: new Map(blocks),
      round,
    }
  } catch {
    return undefined
  }
}
