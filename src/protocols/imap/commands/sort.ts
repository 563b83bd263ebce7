import { type SortField as DomainField, sortMessages } from '#src/domain/mailbox/search/sort.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { UnknownCharset } from '#src/wire/imap/search.ts'
import { formatSearchResponse } from '#src/wire/imap/search-response.ts'
import { parseSort, type SortField } from '#src/wire/imap/sort.ts'
import { command } from '../command.ts'
import { highest, savedOf, writeEsearch } from '../esearch-answer.ts'
import { knownMatches } from '../known-matches.ts'
import { asksModseq } from '../search-query.ts'
import { badCharset, orUnknownCharset } from '../unknown-charset.ts'

const fieldOf: Record<SortField, DomainField> = {
  ARRIVAL: 'arrival',
  CC: 'cc',
  DATE: 'date',
  FROM: 'from',
  SIZE: 'size',
  SUBJECT: 'subject',
  TO: 'to',
  DISPLAYFROM: 'display-from',
  DISPLAYTO: 'display-to',
}

/** SORT and UID SORT, RFC 5256 §3, with the return options of ESORT (RFC 5267 §3.1) and RFC 5957. */
export const sort = command({
  name: 'SORT',
  state: 'selected',
  uid: 'may',
  usesSequenceNumbers: true,
  parse: (args) => orUnknownCharset(() => parseSort(args)),

  run: async (session, asked, { tag, uid, signal }) => {
    if (asked instanceof UnknownCharset) return badCharset(session, asked)
    const { key, returns, criteria } = asked
    const tellsModseq = asksModseq(key)
    if (tellsModseq) session.enable('CONDSTORE')
    const { folder, searchDeps } = session
    const matches = knownMatches(session, key, { tag, signal })
    if (returns?.save) folder.saved = NumberSet.empty
    const by = criteria.map(({ field, reverse }) => ({ field: fieldOf[field], reverse }))
    const sorted = await sortMessages(searchDeps, folder.at, matches, by, { signal })
    const uids = sorted.map((each) => each.uid)
    if (returns?.save) folder.saved = NumberSet.of(savedOf(uids, returns))
    const numbers = uid ? uids : uids.map((each) => folder.view.sequenceOf(each))
    const modseqs = tellsModseq ? sorted.map(({ modseq }) => modseq) : undefined
    if (returns === undefined) session.untagged(formatSearchResponse('SORT', numbers, highest(modseqs)))
    else writeEsearch(session, { tag, uid, numbers, modseqs, sorted: true }, returns)
    return undefined
  },
})
