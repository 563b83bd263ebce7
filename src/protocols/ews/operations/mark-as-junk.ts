import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { joinedLists, noJunkLists, withoutEntries } from '#src/domain/rules/junk-lists.ts'
import { junkLists, setJunkLists } from '#src/domain/rules/kept-rules.ts'
import { addressesIn } from '#src/domain/rules/message-facts.ts'
import type { EwsCall } from '../call.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import type { ItemPlace } from '../places.ts'
import { itemIdOf, moveItem, wholeItem } from '../transfer-items.ts'

/** MarkAsJunk: to Junk Email or back to the inbox; its sender is blocked from then on, or no more ([MS-OXWSCORE] §3.1.4.10). */
export const markAsJunk = operation({
  name: 'MarkAsJunk',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds, IsJunk, MoveItem }) => ({
    messages: eachMessage(call, 'MarkAsJunk', ItemIds, async (id) => {
      const place = await wholeItem(call, id, FolderRight.deleteAny, ['summary'])
      const { mailbox } = place
      if (mailbox.own || mailbox.access.full) await blockSender(call, place, IsJunk)
      if (!MoveItem) return {}
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

/** Lists are those of the mailbox's owner; where there is no room for one more, the item is moved all the same. */
async function blockSender(
  { services }: EwsCall,
  { item, mailbox }: ItemPlace,
  isJunk: boolean,
): Promise<void> {
  const senders = addressesIn(item.summary?.envelope?.from)
  if (senders.length === 0) return
  const { at } = mailbox
  await services.store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    async ({ mailboxes }) => {
      const here = await junkLists(mailboxes, at)
      const { lists } = isJunk
        ? joinedLists(
            { ...here, safe: withoutEntries(here.safe, senders) },
            { ...noJunkLists, blocked: senders },
          )
        : { lists: { ...here, blocked: withoutEntries(here.blocked, senders) } }
      if (JSON.stringify(lists) !== JSON.stringify(here)) await setJunkLists(mailboxes, at, lists)
    },
  )
}
