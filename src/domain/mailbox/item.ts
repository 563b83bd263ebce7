import type { ItemContent, ItemSummary, Structure } from './content.ts'

/** What a folder holds and what an item is (architecture decision 2). */
export type ItemClass = 'message' | 'event' | 'contact' | 'task' | 'note'

/** Item number, unique in its mailbox and never reused; it stays when the item moves. */
export type ItemNo = number & { readonly item: unique symbol }
/** Folder number, unique in its mailbox and never reused. */
export type FolderNo = number & { readonly folder: unique symbol }
/** Number of a stored body, unique in the store and never reused. */
export type BodyNo = number & { readonly body: unique symbol }

/** System flags as bits: they are kept in clear so that counting and searching need no key. */
export const Flag = {
  seen: 1,
  answered: 2,
  flagged: 4,
  deleted: 8,
  draft: 16,
  forwarded: 32,
  mdnSent: 64,
  hasAttachment: 128,
} as const
/** A sum of `Flag` bits. */
export type Flags = number

/** What is known of an item without its key: enough for lists, counts, flags and change queries. */
export type ItemState = {
  no: ItemNo
  folder: FolderNo
  /** Unique and ascending in its folder (RFC 9051 §2.3.1.1); a move gives a new one, and so does another body to a message. */
  uid: number
  class: ItemClass
  flags: Flags
  /** IMAP keywords and Outlook categories, as the clients wrote them. */
  keywords: readonly string[]
  modseq: number
  /** The modseq with which it got its uid. */
  createdModseq: number
  /** Epoch milliseconds: IMAP INTERNALDATE, EWS DateTimeReceived. */
  receivedAt: number
  /** Epoch milliseconds at which it came into this folder (RFC 8514). */
  savedAt: number
  /** Octets of the stored original; of the content where there is none. */
  sizeBytes: number
  body: BodyNo | null
  /** Only in the recoverable area, and always there: the folder it was deleted from, 0 where nobody knows. */
  deletedFrom: FolderNo | null
}

/** An item with as many of its sealed parts as were asked for. */
export type Item = ItemState & {
  summary?: ItemSummary
  structure?: Structure | null
  content?: ItemContent | null
  /** Any MAPI property a client set, by its EWS ExtendedFieldURI key; given back as it was. */
  properties?: Readonly<Record<string, unknown>> | null
}

/** The sealed parts of an item; each is opened only when asked for. */
export type ItemPart = 'summary' | 'structure' | 'content' | 'properties'
