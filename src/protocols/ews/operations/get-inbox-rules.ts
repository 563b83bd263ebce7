import { inboxRules } from '#src/domain/rules/kept-rules.ts'
import { fullMailbox } from '../full-access.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { shownRule } from '../rules/show-rule.ts'

/** GetInboxRules. Outlook's own blob is never there: Outlook keeps its rules in the same place then. */
export const getInboxRules = operation({
  name: 'GetInboxRules',
  async run(call, { MailboxSmtpAddress }) {
    const mailbox = await fullMailbox(call, MailboxSmtpAddress)
    const rules = await inboxRules(call.services.store.mailboxes, mailbox.at)
    const shown = []
    for (const [at, rule] of rules.entries()) shown.push(await shownRule(call, mailbox, rule, at + 1))
    return {
      response: {
        ...success,
        OutlookRuleBlobExists: false,
        ...(shown.length > 0 && { InboxRules: shown }),
      },
    }
  },
})
