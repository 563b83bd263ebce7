import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { deleteItems } from '#src/domain/mailbox/deletion.ts'
import { deletionModes } from '../deletion-modes.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { readItem } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { cancelAndDelete } from '../writing/responses.ts'

/** DeleteItem. An event that invited somebody is called off when the request says so; an occurrence goes out of its series. */
export const deleteItem = operation({
  name: 'DeleteItem',
  writes: true,
  count: ({ ItemIds }) => ItemIds.length,
  run: (call, { ItemIds, DeleteType, SendMeetingCancellations: send }) => ({
    messages: eachMessage(call, 'DeleteItem', ItemIds, async (id) => {
      const place = await readItem(call, await call.places.named(id), FolderRight.deleteAny)
      const { mailbox, item, recurrenceId } = place
      const mode = deletionModes[DeleteType]
      if (item.class === 'event' && send === undefined && recurrenceId === undefined && invites(item.content))
        throw new EwsRefusal(
          'ErrorSendMeetingCancellationsRequired',
          'invalid-parameter',
          'Say with SendMeetingCancellations who is told.',
        )
      const calledOff =
        item.class === 'event' && (recurrenceId !== undefined || (send ?? 'SendToNone') !== 'SendToNone')
      if (calledOff) await cancelAndDelete(call, place, send ?? 'SendToNone', mode)
      else await deleteItems(call.services.store, mailbox.at, [item.no], mode)
      return {}
    }),
  }),
})

const invites = (content: unknown): boolean =>
  Object.keys((content as { participants?: object } | null)?.participants ?? {}).length > 1
