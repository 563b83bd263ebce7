import { Flag } from '#src/domain/mailbox/item.ts'
import type { NonEmptyArrayOfResponseObjectsType } from '#src/wire/ews/schema-types.ts'
import { isMeeting, isOrganizer } from '../calendar/show-event.ts'
import type { ItemView } from '../item-view.ts'

/** What can be done with an item through CreateItem; undefined for nothing. */
export function responseObjects(view: ItemView): NonEmptyArrayOfResponseObjectsType | undefined {
  const { item, meeting, object } = view
  if (view.options.nested) return undefined
  if (item.class === 'message') {
    if ((item.flags & Flag.draft) !== 0) return undefined
    const mail = [{ ReplyToItem: {} }, { ReplyAllToItem: {} }, { ForwardItem: {} }]
    if (meeting === undefined) return mail
    if (meeting.kind === 'request') return [...answers, ...mail]
    return meeting.kind === 'cancellation' ? [{ RemoveItem: {} }, ...mail] : mail
  }
  if (item.class !== 'event' || object === undefined) return undefined
  if (!isMeeting(object)) return [{ ForwardItem: {} }]
  if (isOrganizer(view, object)) return [{ CancelCalendarItem: {} }, { ForwardItem: {} }]
  return [...answers, { ReplyToItem: {} }, { ReplyAllToItem: {} }, { ForwardItem: {} }]
}

const answers = [{ AcceptItem: {} }, { TentativelyAcceptItem: {} }, { DeclineItem: {} }]
