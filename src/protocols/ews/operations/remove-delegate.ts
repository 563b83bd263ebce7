import { removeDelegate as dropDelegate } from '#src/domain/calendar/delegates.ts'
import type { DelegateUserResponseMessageType } from '#src/wire/ews/schema-types.ts'
import { delegateMessage } from '../delegates/delegate-messages.ts'
import { delegatingMailbox, namedUser } from '../delegates/delegate-user.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** RemoveDelegate: the rights on folders and to send on behalf go too. */
export const removeDelegate = operation({
  name: 'RemoveDelegate',
  writes: true,
  async run(call, { Mailbox, UserIds }) {
    const mailbox = await delegatingMailbox(call, Mailbox.EmailAddress)
    const messages: DelegateUserResponseMessageType[] = []
    for (const user of UserIds) {
      const message = await delegateMessage(async () => {
        await dropDelegate(call.services.store, mailbox, (await namedUser(call, user)).id)
        return undefined
      })
      messages.push(message)
    }
    return { response: { ...success, ...(messages.length > 0 && { ResponseMessages: messages }) } }
  },
})
