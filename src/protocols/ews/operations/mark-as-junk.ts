import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { itemIdOf, moveItem, wholeItem } from '../transfer-items.ts'

/** MarkAsJunk: to Junk Email or back to the inbox. Blocked senders are not kept. */
export const markAsJunk = operation({
  name: 'MarkAsJunk',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds, IsJunk, MoveItem }) => ({
    messages: eachMessage(call, 'MarkAsJunk', ItemIds, async (id) => {
      const place = await wholeItem(call, id, FolderRight.deleteAny)
      if (!MoveItem) return {}
      const { mailbox } = place
      const { mailboxes } = call.services.store
      const distinguished = IsJunk ? 'junkemail' : 'inbox'
      const folder = (await mailboxes.findFolder(mailbox.at, { distinguished }))!
      const target = { mailbox, folder, rights: await call.places.rightsOn(mailbox, folder) }
      const no = await moveItem(call, place, target)
      const [moved] = await mailboxes.getItems(mailbox.at, [no])
      return moved === undefined ? {} : { MovedItemId: itemIdOf(mailbox, moved) }
    }),
  }),
})
