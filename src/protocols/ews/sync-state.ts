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
}

const VERSION = 1
const CHECK = 6

export const scopeOf = (kind: 'hierarchy' | 'items', mailbox: MailboxId, folder: number): string =>
  createHash('sha256').update(`${kind} ${mailbox} ${folder}`).digest('base64url').slice(0, 12)

export function formatSyncState({ of, modseq, after }: SyncState): string {
  const body = Buffer.from(JSON.stringify([VERSION, of, modseq, ...(after === undefined ? [] : [after])]))
  return Buffer.concat([checkOf(body), body]).toString('base64')
}

const checkOf = (body: Uint8Array): Buffer => createHash('sha256').update(body).digest().subarray(0, CHECK)

/** Undefined for none. Refuses ErrorInvalidSyncStateData for one that is not of this, whereupon clients begin anew. */
export function parseSyncState(text: string | undefined, of: string): SyncState | undefined {
  if (text === undefined || text.trim() === '') return undefined
  const octets = Buffer.from(text, 'base64')
  const body = octets.subarray(CHECK)
  if (!checkOf(body).equals(octets.subarray(0, CHECK))) throw invalid()
  const [version, kept, modseq, after] = JSON.parse(body.toString()) as unknown[]
  if (version !== VERSION || kept !== of || !Number.isSafeInteger(modseq)) throw invalid()
  if (after !== undefined && typeof after !== 'string') throw invalid()
  return { of, modseq: modseq as number, ...(after !== undefined && { after }) }
}

const invalid = () =>
  new EwsRefusal(
    'ErrorInvalidSyncStateData',
    'cannot-calculate-changes',
    'Synchronization state data is corrupt or otherwise invalid.',
  )
