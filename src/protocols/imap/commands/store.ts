import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { parseStore } from '#src/wire/imap/store.ts'
import { fixedMarks, marksWithout } from '../allowed-marks.ts'
import { changeFlagsOf, type FlagWish } from '../change-flags.ts'
import { command } from '../command.ts'
import { readFlagWords, unsettableFlag } from '../flag-words.ts'
import { announceFlags, tellStates } from '../folder-news.ts'
import { notChangedHere, requireWritable } from '../select-folder.ts'

/** Messages changed in one transaction. */
const PAGE = 1_000

/** STORE and UID STORE, RFC 9051 §6.4.6, with UNCHANGEDSINCE (RFC 7162 §3.1.3). */
export const store = command({
  name: 'STORE',
  state: 'selected',
  uid: 'may',
  usesSequenceNumbers: true,
  parse: parseStore,

  run: async (session, { set, change, silent, flags: words, unchangedSince }, { uid }) => {
    const wrong = unsettableFlag(words)
    if (wrong !== undefined) return { status: 'BAD', text: `${wrong} is no flag to be set` }
    const marks = readFlagWords(words)
    const folder = requireWritable(session, FolderRight.editAny | FolderRight.deleteAny)
    const fixed = fixedMarks(folder.rights)
    const { flags, keywords } = marksWithout(marks, fixed)
    // Whoever may change some of them is not refused for the others (RFC 4314 §4).
    if (words.length > 0 && flags === 0 && keywords.length === 0) throw notChangedHere()
    if (unchangedSince !== undefined) session.enable('CONDSTORE')
    const uids = session.resolve(set, uid)
    const wish: FlagWish = {
      ...marks,
      change,
      fixed,
      ...(unchangedSince !== undefined && { unchangedSince }),
    }
    // RFC 7162 §3.2: with QRESYNC every answer says which message it is about.
    const tells = { uid: uid || session.qresync }
    const held: number[] = []
    let missing = 0
    for (let from = 0; from < uids.length; from += PAGE) {
      const page = uids.subarray(from, from + PAGE)
      const done = await changeFlagsOf(session.store, folder, page, wish)
      held.push(...done.held)
      missing += page.length - done.changes.length - done.held.length
      if (session.knownKeywords.add(keywords)) announceFlags(session)
      const states = done.changes.map(({ after }) => after)
      folder.changedItself(done.changes, { silent })
      if (!silent) await tellStates(session, states, tells)
      else if (session.condstore) await tellStates(session, states, { ...tells, flags: false })
    }
    if (held.length > 0) {
      const { view } = folder
      const numbers = uid ? held : held.map((each) => view.sequenceOf(each))
      return {
        code: { code: 'MODIFIED', set: NumberSet.of(numbers) },
        text: 'Messages that have changed since were left alone',
      }
    }
    if (missing > 0 && !uid)
      return { code: { code: 'EXPUNGEISSUED' }, text: 'Some of the messages are no more' }
    return undefined
  },
})
