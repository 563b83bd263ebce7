import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { exportedItem } from '#src/domain/mailbox/item-stream/export-item.ts'
import { formatChangeKey, formatItemId } from '../ids.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { wholeItem } from '../transfer-items.ts'

/** ExportItems: each item as one stream that UploadItems takes. */
export const exportItems = operation({
  name: 'ExportItems',
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds }) => ({
    messages: eachMessage(call, 'ExportItems', ItemIds, async (id) => {
      const parts = ['content', 'properties', 'structure'] as const
      const { item, mailbox } = await wholeItem(call, { ItemId: id }, FolderRight.readAny, parts)
      return {
        ItemId: {
          Id: formatItemId(mailbox.at.mailbox, item.no),
          ChangeKey: formatChangeKey('item', item.modseq),
        },
        Data: exportedItem(call.services.store.mailboxes, mailbox.at, item),
      }
    }),
  }),
})
