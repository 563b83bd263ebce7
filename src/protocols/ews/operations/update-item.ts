import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import type { Request } from '#src/wire/ews/message.ts'
import { updatesOf } from '#src/wire/ews/model/updates.ts'
import type { ItemChangeType } from '#src/wire/ews/schema-types.ts'
import { invites } from '../calendar/show-event.ts'
import type { EwsCall } from '../call.ts'
import { updateHidden } from '../hidden/change-hidden.ts'
import { hiddenKeyOf } from '../hidden/hidden-item.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import type { ItemPlace, NamedItem } from '../places.ts'
import { type ShownItem, showItem } from '../properties/show-item.ts'
import { readItem, viewOf } from '../read-items.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { shownId } from '../transfer-items.ts'
import { changeItem } from '../writing/change-item.ts'
import { sendStored } from '../writing/send-stored.ts'
import { irresolvable } from '../writing/undisturbed.ts'

/** UpdateItem: properties of items of every class; of a draft also recipients, text and sending. */
export const updateItem = operation({
  name: 'UpdateItem',
  writes: true,
  count: ({ ItemChanges }) => ItemChanges.length,
  run: (call, request) => ({
    messages: eachMessage(call, 'UpdateItem', request.ItemChanges, (change) => update(call, change, request)),
  }),
})

async function update(
  call: EwsCall,
  { Updates, CalendarActivityData: _, ...id }: ItemChangeType,
  request: Request<'UpdateItem'>,
): Promise<object> {
  const hidden = hiddenKeyOf(id as Parameters<typeof hiddenKeyOf>[0])
  if (hidden !== undefined) {
    const shown = await updateHidden(call, hidden, updatesOf(Updates))
    return { Items: [shown], ConflictResults: { Count: 0 } }
  }
  const named = await call.places.named(id as Parameters<typeof call.places.named>[0])
  const place = await readItem(call, named, FolderRight.editAny)
  const overwrites = request.ConflictResolution !== 'NeverOverwrite'
  if (!overwrites) requirePresent(named, place)
  const send = request.SendMeetingInvitationsOrCancellations
  if (send === undefined && place.item.class === 'event' && invites(place.item.content))
    throw new EwsRefusal(
      'ErrorSendMeetingInvitationsOrCancellationsRequired',
      'invalid-parameter',
      'Say with SendMeetingInvitationsOrCancellations who is told.',
    )
  const done = await changeItem(call, place, updatesOf(Updates), { send: send ?? 'SendToNone', overwrites })
  const { MessageDisposition: disposition } = request
  if (place.item.class === 'message' && disposition !== undefined && disposition !== 'SaveOnly') {
    const changed = await readItem(call, named, FolderRight.editAny)
    const view = viewOf(call, changed, { BaseShape: 'IdOnly' })
    await sendStored(
      call,
      changed,
      view,
      disposition === 'SendOnly' ? undefined : (request.SavedItemFolderId ?? 'sentitems'),
    )
    return { Items: [], ConflictResults: { Count: 0 } }
  }
  const shown =
    place.recurrenceId === undefined
      ? await shownId(call, place, done ?? place.item.no)
      : await occurrenceId(call, place)
  return { Items: [shown], ConflictResults: { Count: 0 } }
}

/** Refuses what a client that overwrites nothing has not seen: ErrorIrresolvableConflict, ErrorChangeKeyRequired. */
function requirePresent({ modseq }: NamedItem, { item }: ItemPlace): void {
  if (modseq === undefined)
    throw new EwsRefusal(
      'ErrorChangeKeyRequired',
      'invalid-parameter',
      'Who wants to overwrite nothing says with the change key what was seen.',
    )
  if (modseq < item.modseq) throw irresolvable()
}

/** Clients hold an occurrence by the id of its own, and take any other for another item. */
async function occurrenceId(call: EwsCall, { instance: _, ...named }: ItemPlace): Promise<ShownItem> {
  const changed = await readItem(call, named, FolderRight.editAny)
  return showItem(viewOf(call, changed, { BaseShape: 'IdOnly' }, true))
}
