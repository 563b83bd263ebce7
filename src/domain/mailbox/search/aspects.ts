import type { AddressEntry, Mailbox } from '#src/formats/address/mailbox-list.ts'
import { parseDate } from '#src/formats/header/date.ts'
import { decodeWords } from '#src/formats/header/encoded-words.ts'
import { MOST_MESSAGE_IDS } from '#src/formats/header/message-id.ts'
import type { Envelope } from '#src/formats/mime/envelope.ts'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import type { ItemSummary } from '../content.ts'
import type { ItemState } from '../item.ts'
import { threadIdOf } from '../thread-id.ts'
import type { Leaf, Verdict } from './query.ts'
import { finds, judgeState, needleOf, within } from './terms.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What one thing of a summary is: a folded text, a number, or null where the item has none. */
export type AspectValue = string | number | null

/** What a term says with the summary open; header fields that it does not hold stay unknown. */
export function judgeSummary(item: ItemState, summary: ItemSummary, leaf: Leaf): Verdict {
  if (leaf.kind !== 'body' && aspectOf(leaf) !== undefined) {
    const value = aspectValue(leaf, item, summary)
    return value === undefined ? undefined : judgeValue(leaf, value)
  }
  // A subject that has it decides; one that has not leaves the rest to be read.
  if (leaf.kind === 'text') return finds(summary.subject, leaf) || undefined
  return judgeState(item, leaf)
}

/** The name of the one thing of a summary that a term looks at, or `body` (`smallText`); undefined when there is no such thing. */
export function aspectOf(leaf: Leaf): string | undefined {
  switch (leaf.kind) {
    case 'sent':
    case 'sent-day':
    case 'thread':
    case 'subject':
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
    case 'attachment':
    case 'body':
      return leaf.kind
    case 'header':
      return `header:${leaf.name.toLowerCase()}`
    default:
      return undefined
  }
}

/**
 * What `judgeValue` judges: the same for all terms of one aspect. Undefined for text, and for a header field that the
 * summary does not hold: `smallText` and `fieldValue` make it when that is read.
 */
export function aspectValue(leaf: Leaf, item: ItemState, summary: ItemSummary): AspectValue | undefined {
  const { envelope } = summary
  switch (leaf.kind) {
    case 'sent':
      return envelope?.dateMs ?? null
    case 'sent-day':
      return (envelope && sentDay(envelope)) ?? null
    case 'thread':
      return threadIdOf(item, summary) ?? null
    case 'subject':
      return foldForSearch(summary.subject)
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return foldForSearch(addressText(envelope?.[leaf.kind]) ?? '')
    case 'attachment':
      return fieldValue(summary.attachmentNames ?? [])
    case 'header': {
      if (!envelope) return null
      const name = leaf.name.toLowerCase()
      if (!isHeld(name)) return undefined
      const text = heldFields[name]!(envelope)
      return text === undefined ? null : foldForSearch(text)
    }
    case 'body':
      return undefined
    default:
      return null
  }
}

export function judgeValue(leaf: Leaf, value: AspectValue): Verdict {
  if (value === null) return false
  if (leaf.kind === 'thread') return value === leaf.id
  if (typeof value === 'number') return within(value, leaf as { since?: number; before?: number })
  if (!('contains' in leaf)) return false
  const found = needleOf(leaf).isInFolded(value)
  return found || leaf.kind !== 'header' ? found : isWhole(leaf, value) ? false : undefined
}

/** The day by the sender's own clock, in days since 1970-01-01. */
function sentDay({ date, dateMs }: Envelope): number | undefined {
  if (date === undefined || dateMs === undefined) return undefined
  return Math.floor((dateMs + parseDate(date).zoneMinutes * 60_000) / DAY_MS)
}

/** The same for all fields of one name in a header; a text looked for holds no NUL, so it is found in one of them. */
export function fieldValue(texts: readonly string[]): AspectValue {
  return texts.length === 0 ? null : texts.map(foldForSearch).join('\0')
}

/** Header fields that a summary holds, as people read them. */
const heldFields: Record<string, (envelope: Envelope) => string | undefined> = {
  subject: ({ subject }) => subject && decodeWords(subject),
  date: ({ date }) => date && decodeWords(date),
  'in-reply-to': ({ inReplyTo }) => inReplyTo && decodeWords(inReplyTo),
  'message-id': ({ messageId }) => messageId,
  references: ({ references }) => references?.join(' '),
  from: ({ from }) => addressText(from),
  sender: ({ sender }) => addressText(sender),
  'reply-to': ({ replyTo }) => addressText(replyTo),
  to: ({ to }) => addressText(to),
  cc: ({ cc }) => addressText(cc),
  bcc: ({ bcc }) => addressText(bcc),
}

export const isHeld = (name: string): boolean => Object.hasOwn(heldFields, name.toLowerCase())

/**
 * Whether a field that does not contain the text as it is held cannot contain it as it was written: what was read into
 * parts has lost quotes, comments, and ids beyond the most that are kept.
 */
function isWhole({ name, contains }: Extract<Leaf, { kind: 'header' }>, held: string): boolean {
  if (!isHeld(name)) return true
  switch (name.toLowerCase()) {
    case 'subject':
    case 'date':
    case 'in-reply-to':
      return true
    case 'message-id':
      return /^[^\s()]*$/.test(contains)
    case 'references':
      return /^[^\s()]*$/.test(contains) && held.split(' ', MOST_MESSAGE_IDS).length < MOST_MESSAGE_IDS
    default:
      return /^[^\s"\\()<>,;:]*$/.test(contains)
  }
}

/** Addresses as people read them; undefined when the message has no such field. */
function addressText(entries: readonly AddressEntry[] | undefined): string | undefined {
  return entries?.map(entryText).join(', ')
}

function entryText(entry: AddressEntry): string {
  if ('members' in entry) return `${decodeWords(entry.group)}: ${entry.members.map(mailboxText).join(', ')};`
  return mailboxText(entry)
}

const mailboxText = ({ name, mailbox, host }: Mailbox): string =>
  `${name === undefined ? '' : `${decodeWords(name)} `}<${host === '' ? mailbox : `${mailbox}@${host}`}>`
