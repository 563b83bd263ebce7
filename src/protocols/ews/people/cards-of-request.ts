import { CardsByUid } from '#src/domain/contacts/cards-by-uid.ts'
import type { FolderNo } from '#src/domain/mailbox/item.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { EwsCall } from '../call.ts'

const known = new WeakMap<EwsCall, Map<string, CardsByUid>>()

/** Cards of a folder by uid; a request with many lists looks through it once. */
export function cardsOfRequest(call: EwsCall, at: MailboxRef, folder: FolderNo): CardsByUid {
  const { store, digests } = call.services
  const folders = known.get(call) ?? new Map<string, CardsByUid>()
  known.set(call, folders)
  const key = `${at.organization}/${at.mailbox}/${folder}`
  const cards = folders.get(key) ?? new CardsByUid({ mailboxes: store.mailboxes, digests }, at, folder)
  folders.set(key, cards)
  return cards
}
