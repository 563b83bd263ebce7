import type { CalendarDate } from './dates.ts'
import type { SequenceSet } from './sequence-set.ts'

/**
 * A search key (RFC 9051 §6.4.4, RFC 3501 §6.4.4, RFC 5032, 7162, 8474, 8514). Texts are Unicode. NEW is an `and` of recent
 * and unseen; OLD and the UN… keys are flags not `set`.
 */
export type SearchKey =
  | { key: 'all' }
  | { key: 'numbers'; numbers: SequenceSet; uid: boolean }
  /** System flags in their usual spelling, or a keyword. */
  | { key: 'flag'; flag: string; set: boolean }
  | { key: 'field'; field: 'SUBJECT' | 'FROM' | 'TO' | 'CC' | 'BCC'; text: string }
  /** Any header field; text `''` means that it is there. */
  | { key: 'header'; name: string; text: string }
  | { key: 'body'; text: string }
  /** Header or body. */
  | { key: 'text'; text: string }
  /** Whole days: of arrival, of the Date field, or of coming into the mailbox. */
  | { key: 'date'; of: 'internal' | 'sent' | 'saved'; when: 'before' | 'on' | 'since'; date: CalendarDate }
  | { key: 'save-date-supported' }
  | { key: 'size'; than: 'larger' | 'smaller'; octets: number }
  /** Seconds before now (RFC 5032). */
  | { key: 'age'; than: 'older' | 'younger'; seconds: number }
  /** `entry` names the metadata item meant, of RFC 7162 §3.1.5. */
  | { key: 'modseq'; modseq: number; entry?: { name: string; type: 'priv' | 'shared' | 'all' } }
  | { key: 'object-id'; of: 'email' | 'thread'; id: string }
  | { key: 'not'; not: SearchKey }
  | { key: 'or'; or: readonly [SearchKey, SearchKey] }
  /** At least one. */
  | { key: 'and'; and: readonly SearchKey[] }

/** Keys of IMAP4rev1 alone. */
export const onlyRev1: ReadonlySet<string> = new Set(['RECENT', 'OLD', 'NEW'])

/** Keys without an argument. */
export const bareKeys: ReadonlyMap<string, SearchKey> = new Map<string, SearchKey>([
  ['ALL', { key: 'all' }],
  ['ANSWERED', { key: 'flag', flag: '\\Answered', set: true }],
  ['UNANSWERED', { key: 'flag', flag: '\\Answered', set: false }],
  ['DELETED', { key: 'flag', flag: '\\Deleted', set: true }],
  ['UNDELETED', { key: 'flag', flag: '\\Deleted', set: false }],
  ['DRAFT', { key: 'flag', flag: '\\Draft', set: true }],
  ['UNDRAFT', { key: 'flag', flag: '\\Draft', set: false }],
  ['FLAGGED', { key: 'flag', flag: '\\Flagged', set: true }],
  ['UNFLAGGED', { key: 'flag', flag: '\\Flagged', set: false }],
  ['SEEN', { key: 'flag', flag: '\\Seen', set: true }],
  ['UNSEEN', { key: 'flag', flag: '\\Seen', set: false }],
  ['RECENT', { key: 'flag', flag: '\\Recent', set: true }],
  ['OLD', { key: 'flag', flag: '\\Recent', set: false }],
  [
    'NEW',
    {
      key: 'and',
      and: [
        { key: 'flag', flag: '\\Recent', set: true },
        { key: 'flag', flag: '\\Seen', set: false },
      ],
    },
  ],
  ['SAVEDATESUPPORTED', { key: 'save-date-supported' }],
])

export const dateKeys = {
  BEFORE: ['internal', 'before'],
  ON: ['internal', 'on'],
  SINCE: ['internal', 'since'],
  SENTBEFORE: ['sent', 'before'],
  SENTON: ['sent', 'on'],
  SENTSINCE: ['sent', 'since'],
  SAVEDBEFORE: ['saved', 'before'],
  SAVEDON: ['saved', 'on'],
  SAVEDSINCE: ['saved', 'since'],
} as const
