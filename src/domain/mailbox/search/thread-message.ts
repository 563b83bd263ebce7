/** A message, or null for one that is missing, and what answers it. */
export type ThreadNode = { number: number | null; children: ThreadNode[] }

/** What is kept of a message while threads are made. */
export type ThreadEntry = {
  /** What the result names it by. Messages come in ascending order of it. */
  number: number
  /** Base subject, as a key that is equal for subjects that count as equal. */
  subject: string
  /** The subject says that it is a reply or a forward. */
  isReply: boolean
  /** Epoch milliseconds. */
  sentAt: number
}

export type ThreadMessage = ThreadEntry & {
  /** With angle brackets; absent when there is none that is valid. */
  messageId?: string
  /** The ids of References, or the first of In-Reply-To where there are none. */
  references: readonly string[]
}

export type ThreadMessages = Iterable<ThreadMessage> | AsyncIterable<ThreadMessage>

export function entryOf({ number, subject, isReply, sentAt }: ThreadMessage): ThreadEntry {
  return { number, subject, isReply, sentAt }
}

/** By the date they were sent, then by number. */
export const bySentDate = (one: ThreadEntry, other: ThreadEntry): number =>
  one.sentAt - other.sentAt || one.number - other.number
