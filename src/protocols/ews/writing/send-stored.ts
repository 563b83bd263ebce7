import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import type { TargetFolderIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import type { ItemView } from '../item-view.ts'
import type { ItemPlace } from '../places.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { moveItem } from '../transfer-items.ts'
import { tellingOf } from './forwards.ts'
import { targetFolder } from './save-message.ts'
import { sendMessage } from './send-message.ts'

/** Sends a stored draft; then it lies in `savedIn` and is no draft any more, or is gone. Refuses as `sendMessage`. */
export async function sendStored(
  call: EwsCall,
  place: ItemPlace,
  view: ItemView,
  savedIn: TargetFolderIdType | 'sentitems' | undefined,
): Promise<void> {
  const { item, mailbox } = place
  if (item.class !== 'message' || item.body === null)
    throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Only messages are sent.')
  const target =
    savedIn === undefined
      ? undefined
      : await targetFolder(call, savedIn === 'sentitems' ? undefined : savedIn, 'sentitems')
  const { from, to, cc, bcc } = view.envelope
  const source = { sizeBytes: item.sizeBytes, read: () => view.octets(0, item.sizeBytes) }
  const tell = await tellingOf(call, place, view)
  await sendMessage(call, source, { from, to, cc, bcc })
  const { at } = mailbox
  const { store } = call.services
  if (target === undefined) {
    await deleteItems(store, at, [item.no], 'hard')
    return tell()
  }
  await store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, ({ mailboxes }) =>
    mailboxes.changeFlags(at, [item.no], { add: Flag.seen, remove: Flag.draft }),
  )
  await moveItem(call, place, target)
  await tell()
}
