import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import type { ItemNo, ItemPart } from '#src/domain/mailbox/item.ts'
import { copyBetweenMailboxes } from '#src/domain/mailbox/transfer.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { EwsCall } from './call.ts'
import { formatChangeKey, formatItemId } from './ids.ts'
import { ItemView, viewParts } from './item-view.ts'
import { type FolderPlace, type ItemPlace, itemNotFound } from './places.ts'
import { type ShownItem, showItem } from './properties/show-item.ts'
import { EwsRefusal } from './refusal-codes.ts'

export const acrossMailboxes = () =>
  new Refusal('not-supported', 'Folders are moved and copied within one mailbox. Move what is in them.')

type Named = Parameters<EwsCall['places']['named']>[0]

/** An item that goes elsewhere as a whole. Refuses ErrorCalendarCannotMoveOrCopyOccurrence, and as `Places.item`. */
export async function wholeItem(
  { places }: EwsCall,
  id: Named,
  right: number,
  parts: readonly ItemPart[] = [],
): Promise<ItemPlace> {
  const named = await places.named(id)
  if (named.recurrenceId !== undefined || named.instance !== undefined)
    throw new EwsRefusal(
      'ErrorCalendarCannotMoveOrCopyOccurrence',
      'not-supported',
      'An occurrence does not leave its series. Move or copy the series.',
    )
  return places.item(named, right, parts)
}

/** Moves an item; into another mailbox it is a copy and a removal, and gets another id there. */
export async function moveItem(
  call: EwsCall,
  { item, mailbox }: ItemPlace,
  target: FolderPlace,
): Promise<ItemNo> {
  const { store } = call.services
  if (mailbox.at.mailbox !== target.mailbox.at.mailbox) {
    const copy = await copyAcross(call, { item, mailbox }, target)
    await deleteItems(store, mailbox.at, [item.no], 'hard')
    return copy
  }
  const { at } = mailbox
  if (item.folder === target.folder.no) return item.no
  const [moved] = await store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => mailboxes.moveItems(at, { items: [item.no], to: target.folder.no }),
  )
  if (moved === undefined) throw itemNotFound()
  return moved.toItem
}

/** Copies an item, within its mailbox or into another one. */
export async function copyItem(
  call: EwsCall,
  { item, mailbox }: ItemPlace,
  target: FolderPlace,
): Promise<ItemNo> {
  if (mailbox.at.mailbox !== target.mailbox.at.mailbox) return copyAcross(call, { item, mailbox }, target)
  const { at } = mailbox
  const [copied] = await call.services.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => mailboxes.copyItems(at, { items: [item.no], to: target.folder.no }),
  )
  if (copied === undefined) throw itemNotFound()
  return copied.toItem
}

async function copyAcross(
  { services }: EwsCall,
  { item, mailbox }: Pick<ItemPlace, 'item' | 'mailbox'>,
  target: FolderPlace,
): Promise<ItemNo> {
  const to = { at: target.mailbox.at, folder: target.folder.no }
  const [copied] = await copyBetweenMailboxes(services.store, mailbox.at, [item], to)
  if (copied === undefined) throw itemNotFound()
  return copied.toItem
}

/** The id and change key of an item that was made or changed, under its element. */
export async function shownId(
  call: EwsCall,
  { mailbox, rights }: Pick<FolderPlace, 'mailbox' | 'rights'>,
  no: ItemNo,
): Promise<ShownItem> {
  const [item] = await call.services.store.mailboxes.getItems(mailbox.at, [no], viewParts)
  if (item === undefined) throw itemNotFound()
  const shape = { BaseShape: 'IdOnly' } as const
  return showItem(new ItemView(call, item, { mailbox, rights, shape, listed: true }))
}

export const itemIdOf = (mailbox: ItemPlace['mailbox'], { no, modseq }: { no: ItemNo; modseq: number }) => ({
  Id: formatItemId(mailbox.at.mailbox, no),
  ChangeKey: formatChangeKey('item', modseq),
})
