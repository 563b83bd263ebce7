import { outOfOffice, setOutOfOffice } from '#src/domain/calendar/out-of-office.ts'
import { fullMailbox } from '../full-access.ts'
import { success } from '../messages.ts'
import { oofRefusal, readAbsence } from '../oof-settings.ts'
import { operation } from '../operation.ts'

/** SetUserOofSettings. */
export const setUserOofSettings = operation({
  name: 'SetUserOofSettings',
  writes: true,
  async run(call, { Mailbox, UserOofSettings }) {
    const { store } = call.services
    const { at } = await fullMailbox(call, Mailbox.Address)
    const before = await outOfOffice(store.mailboxes, at)
    try {
      await setOutOfOffice(store, at, readAbsence(before, UserOofSettings, call.zone))
    } catch (error) {
      throw oofRefusal(error)
    }
    return { response: { ResponseMessage: success } }
  },
})
