import type { Request } from '#src/wire/ews/message.ts'
import type {
  ArrayOfAttachmentsType,
  ItemIdType,
  MessageType,
  NonEmptyArrayOfAllItemsType,
  SmartResponseType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { createHidden } from '../hidden/change-hidden.ts'
import { ItemView, viewParts } from '../item-view.ts'
import { eachMessage } from '../messages.ts'
import { operation } from '../operation.ts'
import { attachmentIds } from '../properties/attachments.ts'
import type { ShownItem } from '../properties/show-item.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { shownId } from '../transfer-items.ts'
import { answerMeeting, cancelEvent, removeCancelled } from '../writing/meeting-answers.ts'
import { createContact, createEvent, createNote, createTask, type MadeItem } from '../writing/new-item.ts'
import { createMessage, type Disposition } from '../writing/new-message.ts'
import { createReply } from '../writing/responses.ts'

/** CreateItem: items of every class, and answers to others. */
export const createItem = operation({
  name: 'CreateItem',
  writes: true,
  count: ({ Items }) => Items.length,
  run: (call, request) => ({
    messages: eachMessage(call, 'CreateItem', request.Items, async (item) => {
      const hidden = associatedIn(item)
      if (hidden !== undefined)
        return { Items: [await createHidden(call, hidden, request.SavedItemFolderId)] }
      const made = await create(call, item, request)
      return { Items: made === undefined ? [] : [await shownMade(call, made, item)] }
    }),
  }),
})

const associatedIn = ({ Message, Item }: NonEmptyArrayOfAllItemsType[number]) =>
  [Message, Item].find((given) => given?.IsAssociated === true)

type AttachedTo = Readonly<Record<string, { Attachments?: ArrayOfAttachmentsType } | undefined>>

/** Its id, and those of the attachments that came with it: clients attach what has none a second time. */
async function shownMade(
  call: EwsCall,
  { place, no }: MadeItem,
  given: NonEmptyArrayOfAllItemsType[number],
): Promise<ShownItem> {
  const shown = await shownId(call, place, no)
  const [element, value] = Object.entries(shown)[0]!
  const attached = (given as unknown as AttachedTo)[element]?.Attachments
  if (attached === undefined || attached.length === 0) return shown
  const { mailbox, rights } = place
  const [item] = await call.services.store.mailboxes.getItems(mailbox.at, [no], viewParts)
  if (item === undefined) return shown
  const view = new ItemView(call, item, { mailbox, rights, shape: { BaseShape: 'IdOnly' }, listed: true })
  return { [element]: { ...value, Attachments: attachmentIds(view, attached) } }
}

async function create(
  call: EwsCall,
  item: NonEmptyArrayOfAllItemsType[number],
  request: Request<'CreateItem'>,
): Promise<MadeItem | undefined> {
  const { SavedItemFolderId: savedIn, MessageDisposition, SendMeetingInvitations } = request
  if (item.CalendarItem) {
    const { RequiredAttendees, OptionalAttendees, Resources } = item.CalendarItem
    const invites = [RequiredAttendees, OptionalAttendees, Resources].some((list) => list?.length)
    if (invites && SendMeetingInvitations === undefined)
      throw new EwsRefusal(
        'ErrorSendMeetingInvitationsRequired',
        'invalid-parameter',
        'Say with SendMeetingInvitations who is told.',
      )
    return createEvent(call, item.CalendarItem, savedIn, SendMeetingInvitations ?? 'SendToNone')
  }
  if (item.Contact) return createContact(call, item.Contact, savedIn)
  if (item.DistributionList) return createContact(call, item.DistributionList, savedIn, true)
  if (item.Task) return createTask(call, item.Task, savedIn)
  const disposition: Disposition = { disposition: MessageDisposition ?? 'SaveOnly', savedIn }
  const message = item.Message ?? item.Item ?? postOf(item)
  if (message !== undefined) {
    const isNote = /^IPM\.StickyNote\b/i.test(message.ItemClass ?? '')
    return isNote ? createNote(call, message, savedIn) : createMessage(call, message, disposition)
  }
  if (item.ReplyToItem) return createReply(call, item.ReplyToItem, 'reply', disposition)
  if (item.ReplyAllToItem)
    return createReply(call, item.ReplyAllToItem as SmartResponseType, 'reply-all', disposition)
  if (item.ForwardItem) return createReply(call, item.ForwardItem, 'forward', disposition)
  if (item.AcceptItem) return answerMeeting(call, item.AcceptItem, 'accepted', disposition)
  if (item.TentativelyAcceptItem)
    return answerMeeting(call, item.TentativelyAcceptItem, 'tentative', disposition)
  if (item.DeclineItem) return answerMeeting(call, item.DeclineItem, 'declined', disposition)
  if (item.CancelCalendarItem) return cancelEvent(call, item.CancelCalendarItem, disposition)
  if (item.RemoveItem)
    return removeCancelled(call, (item.RemoveItem as { ReferenceItemId?: ItemIdType }).ReferenceItemId)
  // That no receipt is to be sent is what happens anyway.
  if (item.SuppressReadReceipt) return undefined
  throw new EwsRefusal('ErrorInvalidOperation', 'not-supported', 'Items of this kind are not made here.')
}

/** A post is a message that nobody sends. */
function postOf({ PostItem }: NonEmptyArrayOfAllItemsType[number]): MessageType | undefined {
  return PostItem && ({ ItemClass: 'IPM.Post', ...PostItem } as MessageType)
}
