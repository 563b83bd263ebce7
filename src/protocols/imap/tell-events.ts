import { tellNews } from './folder-news.ts'
import type { ImapSession } from './session.ts'

/** Tells what happened in the selected folder, or what the client has said it wants to hear of (NOTIFY). */
export function tellEvents(session: ImapSession, options: { expunge: boolean }): Promise<void> {
  return session.notifications === undefined
    ? tellNews(session, options)
    : session.notifications.tell(options)
}
