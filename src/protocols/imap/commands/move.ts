import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { command } from '../command.ts'
import { moveMessages } from '../copy-messages.ts'
import { tellNews } from '../folder-news.ts'
import { Progress } from '../progress.ts'
import { requireWritable } from '../select-folder.ts'
import { copyUid, getTarget } from '../target-folder.ts'

/** MOVE and UID MOVE, RFC 9051 §6.4.8. */
export const move = command({
  name: 'MOVE',
  state: 'selected',
  uid: 'may',

  parse: (args) => {
    const set = args.sequenceSet()
    args.space()
    const target = args.mailbox()
    args.end()
    return { set, target }
  },

  run: async (session, { set, target: name }, { tag, uid, signal }) => {
    const folder = requireWritable(session, FolderRight.deleteAny)
    const uids = session.resolve(set, uid)
    const { tell: progress } = new Progress(session, tag)
    const target = await getTarget(session, name)
    const moved = await moveMessages(session.store, folder, uids, target, { signal, progress })
    // COPYUID goes out before the EXPUNGEs, while the client still knows the old UIDs (RFC 6851 §4.3).
    if (moved.length > 0) session.status({ status: 'OK', code: copyUid(target, moved), text: 'Moved' })
    folder.touch()
    await tellNews(session, { expunge: true })
    return undefined
  },
})
