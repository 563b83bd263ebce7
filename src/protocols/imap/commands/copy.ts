import { command } from '../command.ts'
import { copyMessages } from '../copy-messages.ts'
import { Progress } from '../progress.ts'
import { copyUid, getTarget } from '../target-folder.ts'

/** COPY and UID COPY, RFC 9051 §6.4.7: all of them or none. */
export const copy = command({
  name: 'COPY',
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
    const uids = session.resolve(set, uid)
    const { tell: progress } = new Progress(session, tag)
    const target = await getTarget(session, name)
    const copied = await copyMessages(session.store, session.folder, uids, target, { signal, progress })
    if (copied.length === 0) return undefined
    return { code: copyUid(target, copied), text: 'COPY completed' }
  },
})
