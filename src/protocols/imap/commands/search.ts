import { NumberSet } from '#src/wire/imap/number-set.ts'
import { parseSearch, UnknownCharset } from '#src/wire/imap/search.ts'
import { formatSearchResponse } from '#src/wire/imap/search-response.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import { command } from '../command.ts'
import { highest, savedOf, writeEsearch } from '../esearch-answer.ts'
import { knownMatches } from '../known-matches.ts'
import { asksModseq } from '../search-query.ts'
import { badCharset, orUnknownCharset } from '../unknown-charset.ts'

const everything: SearchReturn = { min: false, max: false, all: true, count: false, save: false }

/** SEARCH and UID SEARCH, RFC 9051 §6.4.4. */
export const search = command({
  name: 'SEARCH',
  state: 'selected',
  uid: 'may',
  usesSequenceNumbers: true,
  parse: (args) => orUnknownCharset(() => parseSearch(args)),

  run: async (session, asked, { tag, uid, signal }) => {
    if (asked instanceof UnknownCharset) return badCharset(session, asked)
    const { key, returns = session.isRev2 ? everything : undefined } = asked
    const tellsModseq = asksModseq(key)
    if (tellsModseq) session.enable('CONDSTORE')
    const { folder } = session
    const matches = knownMatches(session, key, { tag, signal })
    // A search that fails leaves nothing saved (RFC 5182 §2.1).
    if (returns?.save) folder.saved = NumberSet.empty
    const uids: number[] = []
    const modseqs: number[] = []
    for await (const page of matches) {
      for (const item of page) {
        uids.push(item.uid)
        if (tellsModseq) modseqs.push(item.modseq)
      }
    }
    if (returns?.save) folder.saved = NumberSet.of(savedOf(uids, returns))
    const numbers = uid ? uids : uids.map((each) => folder.view.sequenceOf(each))
    const told = tellsModseq ? modseqs : undefined
    if (returns === undefined) session.untagged(formatSearchResponse('SEARCH', numbers, highest(told)))
    else writeEsearch(session, { tag, uid, numbers, modseqs: told }, returns)
    return undefined
  },
})
