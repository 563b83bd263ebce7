/** Where a client's picture of a mailbox or folder stands: opaque to it, and ours to read again. */
import { createHash } from 'node:crypto'
import type { MailboxId } from '#src/base/ids.ts'
import { EwsRefusal } from './refusal-codes.ts'

export type SyncState = {
  /** What is synchronised: a state of one folder means nothing for another. */
  of: string
  /** The modseq up to which changes were told. */
  modseq: number
  /** While everything is listed for the first time: the cursor to go on from. */
  after?: string
  /**
   * Up to which modseq the client has surely heard everything, where that is less than `modseq`: what was changed before and again
   * while it was told is passed over until the next time.
   */
  whole?: number
}

const VERSION = 1
const CHECK = 6

export const scopeOf = (kind: 'hierarchy' | 'items', mailbox: MailboxId, folder: number): string =>
  createHash('sha256').update(`${kind} ${mailbox} ${folder}`).digest('base64url').slice(0, 12)

export function formatSyncState({ of, modseq, after, whole }: SyncState): string {
  const more = whole === undefined ? (after === undefined ? [] : [after]) : [after ?? null, whole]
  const body = Buffer.from(JSON.stringify([VERSION, of, modseq, ...more]))
  return Buffer.concat([checkOf(body), body]).toString('base64')
}

const checkOf = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest().subarray(0, CHECK)

/** Undefined for none. Refuses ErrorInvalidSyncStateData for one that is not of this, whereupon clients begin anew. */
export function parseSyncState(text: string | undefined, of: string): SyncState | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const octets = Buffer.from(text, 'base64')
  const body = octets.subarray(CHECK)
  if (!checkOf(body).equals(octets.subarray(0, CHECK))) throw invalid()
  const [version, kept, modseq, after, whole] = JSON.parse(body.toString()) as unknown[]
  if (version !== VERSION || kept !== of || !Number.isSafeInteger(modseq)) throw invalid()
  if (after != null && typeof after !== 'string') throw invalid()
  if (whole !== undefined && !Number.isSafeInteger(whole)) throw invalid()
  return {
    of,
    modseq: modseq as number,
    ...(after != null && { after }),
    ...(whole !== undefined && { whole: whole as number }),
  }
}

const invalid = () =>
  new EwsRefusal(
    'ErrorInvalidSyncStateData',
    'cannot-calculate-changes',
    'Synchronization state data is corrupt or otherwise invalid.',
  )
