import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { command } from '../command.ts'
import { expungeDeleted } from '../expunge-deleted.ts'
import { tellNews } from '../folder-news.ts'
import { requireWritable } from '../select-folder.ts'

/** EXPUNGE and UID EXPUNGE, RFC 9051 §6.4.3 and §6.4.9. */
export const expunge = command({
  name: 'EXPUNGE',
  state: 'selected',
  uid: 'may',

  parse: (args, uid) => {
    const set = uid ? args.sequenceSet() : undefined
    args.end()
    return set
  },

  run: async (session, set, { signal }) => {
    const selected = requireWritable(session, FolderRight.deleteAny)
    const among = set === undefined ? undefined : session.resolve(set, true)
    const removed = await expungeDeleted(session, among, signal)
    await tellNews(session, { expunge: true })
    if (!session.condstore || removed === 0) return undefined
    // Of what somebody else changes meanwhile the client has not heard yet.
    const { modseq } = await session.store.mailboxes.getFolder(selected.at, selected.no)
    const told = Math.min(modseq, selected.knownModseq)
    return { code: { code: 'HIGHESTMODSEQ', modseq: told }, text: 'EXPUNGE completed' }
  },
})
