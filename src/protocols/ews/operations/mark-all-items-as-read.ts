import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { inPages, itemPages } from '#src/domain/mailbox/pages.ts'
import type { EwsCall } from '../call.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { type FolderPlace, need } from '../places.ts'

/** MarkAllItemsAsRead: read or unread. */
export const markAllItemsAsRead = operation({
  name: 'MarkAllItemsAsRead',
  writes: true,
  count: ({ FolderIds }) => FolderIds.length,
  run: (call, { FolderIds, ReadFlag }) => ({
    messages: eachMessage(call, 'MarkAllItemsAsRead', FolderIds, async (id) => {
      await markAll(call, need(await call.places.folder(id), FolderRight.editAny), ReadFlag)
      return {}
    }),
  }),
})

async function markAll(
  { services, signal }: EwsCall,
  { mailbox, folder }: FolderPlace,
  read: boolean,
): Promise<void> {
  const { store } = services
  const { at } = mailbox
  const change = read ? { add: Flag.seen } : { remove: Flag.seen }
  for await (const page of itemPages(store, at, folder.no)) {
    const items = page
      .filter(({ flags }) => (flags & Flag.seen) === (read ? 0 : Flag.seen))
      .map(({ no }) => no)
    await inPages(
      store,
      at,
      items,
      async (mailboxes, some) => {
        await mailboxes.changeFlags(at, some, change)
      },
      signal,
    )
  }
}
