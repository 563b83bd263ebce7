import { parseNotify } from '#src/wire/imap/notify.ts'
import { command } from '../command.ts'
import { tellNews } from '../folder-news.ts'
import { groupFault, toldEvents, withPlainNames } from '../notify/interest.ts'
import { TooMuchToWatch } from '../notify/mailboxes-of-groups.ts'
import { Notifications } from '../notify/notifications.ts'

/** NOTIFY, RFC 5465: changes are told as they happen, also of mailboxes that are not selected. */
export const notify = command({
  name: 'NOTIFY',
  state: 'authenticated',
  tellsNoChanges: true,
  parse: parseNotify,

  run: async (session, asked) => {
    const isUnknown = asked.groups.some(
      ({ events, unknown }) => unknown.length > 0 || events.some((event) => !toldEvents.includes(event)),
    )
    if (isUnknown)
      return { status: 'NO', code: { code: 'BADEVENT', events: toldEvents }, text: 'Not all of this is told' }
    const fault = groupFault(asked.groups)
    if (fault !== undefined) return { status: 'BAD', text: fault }
    if (asked.groups.length === 0) {
      session.setNotifications(Notifications.none(session))
      return undefined
    }
    try {
      const notifications = await Notifications.begin(session, withPlainNames(asked.groups))
      session.setNotifications(notifications)
      // What has happened so far is told as with NOOP (RFC 5465 §3.1).
      await tellNews(session, { expunge: true })
      await notifications.tellStatus(asked.status)
    } catch (error) {
      if (!(error instanceof TooMuchToWatch)) throw error
      return { status: 'NO', code: { code: 'NOTIFICATIONOVERFLOW' }, text: error.message }
    }
    return undefined
  },
})
