import { parseList } from '#src/wire/imap/list.ts'
import { command } from '../command.ts'
import { answerList } from '../list-answer.ts'

/** LIST, RFC 9051 §6.3.9, with LIST-EXTENDED, LIST-STATUS and SPECIAL-USE. */
export const list = command({
  name: 'LIST',
  state: 'authenticated',
  parse: parseList,

  run: async (session, args) => {
    if (args.returns?.status?.includes('HIGHESTMODSEQ')) session.enable('CONDSTORE')
    await answerList(session, 'LIST', args)
    return undefined
  },
})
