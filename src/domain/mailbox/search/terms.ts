import { type AddressEntry, mailboxesOf } from '#src/formats/address/mailbox-list.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { decodeEnvelope, type Envelope } from '#src/formats/mime/envelope.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import type { ItemSummary } from '../content.ts'
import type { ItemState } from '../item.ts'
import type { Leaf, Verdict } from './query.ts'

/** What a term says when nothing sealed has been opened. */
export function judgeState(item: ItemState, leaf: Leaf): Verdict {
  switch (leaf.kind) {
    case 'flags':
      return (item.flags & leaf.flags) === leaf.flags
    case 'keyword':
      return item.keywords.some((keyword) => keyword.toLowerCase() === leaf.keyword.toLowerCase())
    case 'class':
      return item.class === leaf.class
    case 'uid':
      return item.uid >= leaf.from && item.uid <= leaf.to
    case 'received':
      return within(item.receivedAt, leaf)
    case 'saved':
      return within(item.savedAt, leaf)
    case 'size':
      return (
        item.sizeBytes > (leaf.larger ?? -1) && item.sizeBytes < (leaf.smaller ?? Number.POSITIVE_INFINITY)
      )
    case 'changed':
      return item.modseq > leaf.since
    case 'body':
    case 'text':
      return leaf.contains === '' ? true : undefined
    default:
      return undefined
  }
}

function within(moment: number, { since, before }: { since?: number; before?: number }): boolean {
  return moment >= (since ?? Number.NEGATIVE_INFINITY) && moment < (before ?? Number.POSITIVE_INFINITY)
}

/** What a term says with the summary open; header fields that it does not hold stay unknown. */
export function judgeSummary(item: ItemState, summary: ItemSummary, leaf: Leaf): Verdict {
  switch (leaf.kind) {
    case 'sent':
      return summary.envelope?.dateMs === undefined ? false : within(summary.envelope.dateMs, leaf)
    case 'subject':
      return contains(summary.subject, leaf.contains)
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return contains(fieldOf(summary, leaf.kind) ?? '', leaf.contains)
    case 'header': {
      if (!summary.envelope) return false
      const name = leaf.name.toLowerCase()
      if (!Object.hasOwn(fields, name)) return undefined
      const value = fieldOf(summary, name)
      return value !== undefined && contains(value, leaf.contains)
    }
    case 'text':
      // A subject that has it decides; one that has not leaves the rest to be read.
      return contains(summary.subject, leaf.contains) || undefined
    default:
      return judgeState(item, leaf)
  }
}

const fields: Record<string, (envelope: Envelope) => string | readonly AddressEntry[] | undefined> = {
  subject: (envelope) => envelope.subject,
  from: (envelope) => envelope.from,
  sender: (envelope) => envelope.sender,
  'reply-to': (envelope) => envelope.replyTo,
  to: (envelope) => envelope.to,
  cc: (envelope) => envelope.cc,
  bcc: (envelope) => envelope.bcc,
  'message-id': (envelope) => envelope.messageId,
  'in-reply-to': (envelope) => envelope.inReplyTo,
  date: (envelope) => envelope.date,
}

/** A header field as people read it; undefined when the message has none. */
function fieldOf(summary: ItemSummary, name: string): string | undefined {
  const value = summary.envelope && fields[name]?.(decodeEnvelope(summary.envelope))
  if (value === undefined || typeof value === 'string') return value
  return value.map(entryText).join(', ')
}

function entryText(entry: AddressEntry): string {
  const mailboxes = mailboxesOf([entry]).map(
    ({ name, mailbox, host }) => `${name === undefined ? '' : `${decodeWords(name)} `}<${mailbox}@${host}>`,
  )
  return 'group' in entry ? `${entry.group}: ${mailboxes.join(', ')};` : mailboxes.join(', ')
}

export function contains(text: string, needle: string): boolean {
  return needle === '' || foldForSearch(text).includes(foldForSearch(needle))
}
