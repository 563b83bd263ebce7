import { type ThreadAlgorithm, threadMessages } from '#src/domain/mailbox/search/thread.ts'
import { UnknownCharset } from '#src/wire/imap/search.ts'
import { formatThreads } from '#src/wire/imap/search-response.ts'
import { parseThread } from '#src/wire/imap/sort.ts'
import { command } from '../command.ts'
import { knownMatches } from '../known-matches.ts'
import { asksModseq } from '../search-query.ts'
import { badCharset, orUnknownCharset } from '../unknown-charset.ts'

const algorithms = new Map<string, ThreadAlgorithm>([
  ['REFERENCES', 'references'],
  ['ORDEREDSUBJECT', 'orderedsubject'],
])

/** THREAD and UID THREAD, RFC 5256 §3. */
export const thread = command({
  name: 'THREAD',
  state: 'selected',
  uid: 'may',
  usesSequenceNumbers: true,
  parse: (args) => orUnknownCharset(() => parseThread(args)),

  run: async (session, asked, { tag, uid, signal }) => {
    if (asked instanceof UnknownCharset) return badCharset(session, asked)
    const algorithm = algorithms.get(asked.algorithm)
    if (algorithm === undefined) return { status: 'BAD', text: 'Threads are not made in this way here' }
    if (asksModseq(asked.key)) session.enable('CONDSTORE')
    const { folder, searchDeps } = session
    const numberOf = (each: number) => (uid ? each : folder.view.sequenceOf(each))
    const matches = knownMatches(session, asked.key, { tag, signal })
    const options = { signal, numberOf }
    const threads = await threadMessages(searchDeps, folder.at, matches, algorithm, options)
    session.untagged(formatThreads(threads))
    return undefined
  },
})
