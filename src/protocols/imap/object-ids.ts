import type { Folder } from '#src/domain/mailbox/folder.ts'
import type { ItemState } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'

/** MAILBOXID (RFC 8474 §4): unique over all mailboxes, the same under any name. */
export const mailboxIdOf = (at: MailboxRef, no: Folder['no']): string => `F${no}-${at.mailbox}`

/** EMAILID (RFC 8474 §5.1): copies share the stored original, and so have the same. */
export const emailIdOf = ({ body, no }: Pick<ItemState, 'body' | 'no'>): string =>
  body === null ? `I${no}` : `M${body}`
