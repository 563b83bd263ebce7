import { fullMailbox } from '../full-access.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** GetInboxRules: mailboxes have none here, and hearing so keeps Outlook from asking for a password (exchange-interop.md 3.3). */
export const getInboxRules = operation({
  name: 'GetInboxRules',
  async run(call, { MailboxSmtpAddress }) {
    await fullMailbox(call, MailboxSmtpAddress)
    return { response: { ...success, OutlookRuleBlobExists: false } }
  },
})
