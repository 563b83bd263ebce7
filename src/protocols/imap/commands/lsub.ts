import { command } from '../command.ts'
import { answerList } from '../list-answer.ts'

/** LSUB, RFC 3501 §6.3.9. */
export const lsub = command({
  name: 'LSUB',
  state: 'authenticated',
  onlyRev1: true,

  parse: (args) => {
    const reference = args.mailbox()
    args.space()
    const pattern = args.listMailbox()
    args.end()
    return { reference, patterns: [pattern], selection: [], extended: false }
  },

  run: async (session, args) => {
    await answerList(session, 'LSUB', args)
    return undefined
  },
})
