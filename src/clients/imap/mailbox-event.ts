import type { FetchedItem } from '#src/wire/imap/fetch-response.ts'
import type { MailboxStatus } from '#src/wire/imap/mailbox-status.ts'
import type { NumberSet } from '#src/wire/imap/number-set.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'
import type { Untagged } from '#src/wire/imap/untagged.ts'

/** What a server tells of the selected mailbox and of others, in the order in which it does. */
export type MailboxEvent =
  | { kind: 'exists' | 'recent'; count: number }
  /** The message at this place is gone; those behind it move up. */
  | { kind: 'expunge'; sequence: number }
  /** QRESYNC is enabled; `earlier`: before now, so they are not counted any more (RFC 7162 §3.2.10). */
  | { kind: 'vanished'; uids: NumberSet; earlier: boolean }
  /** Also when we asked for the flags or changed them ourselves. */
  | { kind: 'flags'; sequence: number; uid?: number; flags: readonly string[]; modseq?: number }
  /** Of another mailbox, unasked (NOTIFY), or asked by STATUS. */
  | { kind: 'status'; mailbox: string; status: MailboxStatus }
  /** The mailbox that was selected is not any more; what follows is of the next one. */
  | { kind: 'closed' }
  /** People must be shown this. */
  | { kind: 'alert'; text: string }
  | { kind: 'bye'; text: string }

export function eventOf(data: Untagged): MailboxEvent | undefined {
  switch (data.name) {
    case 'EXISTS':
      return { kind: 'exists', count: data.number }
    case 'RECENT':
      return { kind: 'recent', count: data.number }
    case 'EXPUNGE':
      return { kind: 'expunge', sequence: data.number }
    case 'VANISHED':
      return { kind: 'vanished', uids: data.uids, earlier: data.earlier }
    case 'STATUS':
      return { kind: 'status', mailbox: data.mailbox, status: data.status }
    case 'FETCH':
      return flagsEvent(data.sequence, data.items)
    default:
      return undefined
  }
}

function flagsEvent(sequence: number, items: readonly FetchedItem[]): MailboxEvent | undefined {
  let flags: readonly string[] | undefined
  const more: { uid?: number; modseq?: number } = {}
  for (const item of items) {
    if (item.item === 'FLAGS') flags = item.flags
    else if (item.item === 'UID') more.uid = item.uid
    else if (item.item === 'MODSEQ') more.modseq = item.modseq
  }
  return flags === undefined ? undefined : { kind: 'flags', sequence, flags, ...more }
}

export function statusEvent({ status, code, text }: StatusLine): MailboxEvent | undefined {
  if (status === 'BYE') return { kind: 'bye', text }
  if (code?.code === 'ALERT') return { kind: 'alert', text }
  return code?.code === 'CLOSED' ? { kind: 'closed' } : undefined
}
