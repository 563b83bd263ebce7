import type { EntryId } from '#src/base/ids.ts'
import type { Delegate, DelegatingMailbox } from '#src/domain/calendar/delegates.ts'
import { listDelegates, setMeetingDelivery } from '#src/domain/calendar/delegates.ts'
import { refusedMessage } from '#src/wire/ews/refused.ts'
import type {
  DelegateUserResponseMessageType,
  DelegateUserType,
  DeliverMeetingRequestsType,
} from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { success } from '../messages.ts'
import { refusedFor } from '../refusal-codes.ts'
import { changeOf, delegateRefusal, namedUser, shownDelegate } from './delegate-user.ts'

/** The answer for one delegate; what is refused for one is said for that one alone. */
export async function delegateMessage(
  answer: () => Promise<DelegateUserType | undefined>,
): Promise<DelegateUserResponseMessageType> {
  try {
    const user = await answer()
    return { ...success, ...(user && { DelegateUser: user }) }
  } catch (error) {
    const refused = refusedFor(delegateRefusal(error))
    if (refused === undefined) throw error
    return refusedMessage(refused)
  }
}

async function findDelegate(
  call: EwsCall,
  mailbox: DelegatingMailbox,
  id: EntryId,
): Promise<Delegate | undefined> {
  const { delegates } = await listDelegates(call.services.store, mailbox)
  return delegates.find(({ entry }) => entry.id === id)
}

type Change = (
  mailbox: DelegatingMailbox,
  delegate: EntryId,
  change: ReturnType<typeof changeOf>,
) => Promise<void>

/** Makes or changes delegates one by one, then says who gets meeting requests. */
export async function changeDelegates(
  call: EwsCall,
  mailbox: DelegatingMailbox,
  users: readonly DelegateUserType[],
  delivery: DeliverMeetingRequestsType | undefined,
  change: Change,
) {
  const messages: DelegateUserResponseMessageType[] = []
  for (const user of users) {
    const message = await delegateMessage(async () => {
      const { id } = await namedUser(call, user.UserId)
      await change(mailbox, id, changeOf(user))
      const made = await findDelegate(call, mailbox, id)
      return made && shownDelegate(made, true)
    })
    messages.push(message)
  }
  if (delivery !== undefined) await setMeetingDelivery(call.services.store, mailbox, delivery)
  return { ...success, ...(messages.length > 0 && { ResponseMessages: messages }) }
}
