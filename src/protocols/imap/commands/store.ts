import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Flag } from '#src/domain/mailbox/item.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { parseStore } from '#src/wire/imap/store.ts'
import { changeFlagsOf, type FlagWish } from '../change-flags.ts'
import { command } from '../command.ts'
import { readFlagWords, unknownSystemFlag } from '../flag-words.ts'
import { announceFlags, tellStates } from '../folder-news.ts'
import { requireWritable } from '../select-folder.ts'

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
    const unknown = unknownSystemFlag(words)
    if (unknown !== undefined) return { status: 'BAD', text: `There is no flag ${unknown}` }
    const { flags, keywords } = readFlagWords(words)
    const deletes = (flags & Flag.deleted) !== 0
    const folder = requireWritable(
      session,
      deletes && flags === Flag.deleted && keywords.length === 0 && change !== 'set'
        ? FolderRight.deleteAny | FolderRight.deleteOwned
        : FolderRight.editAny | FolderRight.editOwned,
    )
    if (unchangedSince !== undefined) session.enable('CONDSTORE')
    const uids = session.resolve(set, uid)
    const wish: FlagWish = {
      change,
      flags,
      keywords,
      ...(unchangedSince !== undefined && { unchangedSince }),
    }
    const held: number[] = []
    let missing = 0
    for (let from = 0; from < uids.length; from += PAGE) {
      const page = uids.subarray(from, from + PAGE)
      const done = await changeFlagsOf(session.store, folder, page, wish)
      held.push(...done.held)
      missing += page.length - done.changes.length - done.held.length
      for (const keyword of keywords) {
        if (session.knownKeywords.has(keyword)) continue
        session.knownKeywords.add(keyword)
        announceFlags(session)
      }
      const states = done.changes.map(({ after }) => after)
      folder.changedItself(done.changes, { silent })
      if (!silent) await tellStates(session, states, { uid })
      else if (session.condstore) await tellStates(session, states, { uid, flags: false })
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
