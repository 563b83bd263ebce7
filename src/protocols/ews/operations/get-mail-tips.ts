import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { MOST_TIPPED, mailTips } from '../people/mail-tips.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** GetMailTips. */
export const getMailTips = operation({
  name: 'GetMailTips',
  async run(call, { Recipients, MailTipsRequested }) {
    if (Recipients.length > MOST_TIPPED)
      throw new EwsRefusal(
        'ErrorInvalidRequest',
        'limit-exceeded',
        `Ask for at most ${MOST_TIPPED} recipients at once.`,
      )
    const wanted = new Set(MailTipsRequested)
    const messages = []
    for (const recipient of Recipients)
      messages.push({ ...success, MailTips: await mailTips(call, recipient, wanted) })
    return { response: { ...success, ...(messages.length > 0 && { ResponseMessages: messages }) } }
  },
})
