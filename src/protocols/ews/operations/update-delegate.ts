import { updateDelegate as changeDelegate } from '#src/domain/calendar/delegates.ts'
import { changeDelegates } from '../delegates/delegate-messages.ts'
import { delegatingMailbox } from '../delegates/delegate-user.ts'
import { operation } from '../operation.ts'

/** UpdateDelegate: what is not given stays. */
export const updateDelegate = operation({
  name: 'UpdateDelegate',
  writes: true,
  async run(call, { Mailbox, DelegateUsers = [], DeliverMeetingRequests }) {
    const mailbox = await delegatingMailbox(call, Mailbox.EmailAddress)
    const { store } = call.services
    return {
      response: await changeDelegates(call, mailbox, DelegateUsers, DeliverMeetingRequests, (...given) =>
        changeDelegate(store, ...given),
      ),
    }
  },
})
