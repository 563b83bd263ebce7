import { listDelegates } from '#src/domain/calendar/delegates.ts'
import { delegateMessage } from '../delegates/delegate-messages.ts'
import { delegatingMailbox, namedUser, shownDelegate } from '../delegates/delegate-user.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** GetDelegate: all delegates of a mailbox, or those that are named. */
export const getDelegate = operation({
  name: 'GetDelegate',
  async run(call, { Mailbox, UserIds, IncludePermissions }) {
    const mailbox = await delegatingMailbox(call, Mailbox.EmailAddress)
    const { delivery, delegates } = await listDelegates(call.services.store, mailbox)
    const messages =
      UserIds === undefined
        ? delegates.map((one) => ({ ...success, DelegateUser: shownDelegate(one, IncludePermissions) }))
        : await Promise.all(
            UserIds.map((user) =>
              delegateMessage(async () => {
                const { id } = await namedUser(call, user)
                const found = delegates.find(({ entry }) => entry.id === id)
                if (found === undefined) throw notDelegate()
                return shownDelegate(found, IncludePermissions)
              }),
            ),
          )
    return {
      response: {
        ...success,
        ...(messages.length > 0 && { ResponseMessages: messages }),
        DeliverMeetingRequests: delivery,
      },
    }
  },
})

const notDelegate = () =>
  new EwsRefusal('ErrorNotDelegate', 'no-such-entry', 'This person is no delegate of the mailbox.')
