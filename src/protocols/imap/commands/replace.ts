import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { replaceMessage } from '#src/domain/mailbox/replace-message.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import { takeMessage } from '../arriving-message.ts'
import { command } from '../command.ts'
import { tellNews } from '../folder-news.ts'
import { requireWritable } from '../select-folder.ts'
import { getTarget } from '../target-folder.ts'

/** REPLACE and UID REPLACE, RFC 8508: a message comes and another goes, in one step within a mailbox. */
export const replace = command({
  name: 'REPLACE',
  state: 'selected',
  uid: 'may',

  parse: (args) => {
    const number = args.nonZero()
    args.space()
    return { number, target: args.mailbox() }
  },

  run: async (session, { number, target: name }, { uid, input }) => {
    const selected = requireWritable(session, FolderRight.deleteAny)
    const old = uid ? (selected.view.has(number) ? number : 0) : selected.view.uidOf(number)
    if (old === undefined) throw new SyntaxFault('There is no message of that number')
    const { at, no } = selected
    const [item] = await session.store.mailboxes.getItemsByUid(at, no, [old])
    if (item === undefined) throw new Refusal('no-such-item', 'There is no message of that number.')
    const target = await getTarget(session, name)
    const first = await input.step({ single: true })
    if (first.kind !== 'message') throw new Error(`A ${first.kind} where the message should be`)
    const message = await takeMessage(session, target, first.message, input)
    while ((await input.step()).kind !== 'end');
    const to = { at: target.mailbox.at, folder: target.folder.no }
    const state = await replaceMessage(session.store, { at, folder: no, item: item.no }, to, message)
    // Before the EXPUNGE, while the client still knows which one it replaced (RFC 8508 §4.3).
    const uids = UidList.of([state.uid])
    const code = { code: 'APPENDUID', uidValidity: target.folder.uidValidity, uids } as const
    session.status({ status: 'OK', code, text: 'The new message is stored' })
    selected.touch()
    await tellNews(session, { expunge: true })
    return undefined
  },
})
