import { outOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { fullMailbox } from '../full-access.ts'
import { success } from '../messages.ts'
import { shownAbsence } from '../oof-settings.ts'
import { operation } from '../operation.ts'

/** GetUserOofSettings: what is answered to mail while somebody is away. */
export const getUserOofSettings = operation({
  name: 'GetUserOofSettings',
  async run(call, { Mailbox }) {
    const { store, now } = call.services
    const { at } = await fullMailbox(call, Mailbox.Address)
    const absence = await outOfOffice(store.mailboxes, at)
    return {
      response: {
        ResponseMessage: success,
        OofSettings: shownAbsence(absence, now()),
        AllowExternalOof: 'All',
      },
    }
  },
})
