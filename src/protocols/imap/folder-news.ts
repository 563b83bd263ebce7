import type { Item, ItemState } from '#src/domain/mailbox/item.ts'
import type { FlagState } from '#src/domain/mailbox/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { formatStateResponse } from '#src/wire/imap/fetch-response.ts'
import { formatFlagList } from '#src/wire/imap/flags.ts'
import type { NumberSet } from '#src/wire/imap/number-set.ts'
import { commonFlags, flagWords, isShown, plainFlagText } from './flag-words.ts'
import type { SelectedFolder } from './selected-folder.ts'
import type { ImapSession } from './session.ts'

/** Items whose flags are read at once. */
const PAGE = 500
/** Characters of a VANISHED response; clients limit the length of lines. */
const LINE = 8_000

type Telling = {
  /** Messages that are gone may be told. */
  expunge: boolean
  /** Whether changes of flags are told, too; they are when this is not said. */
  flags?: boolean
  /** Told of the UIDs that came, ascending, behind EXISTS. */
  arrived?: (uids: Uint32Array) => Promise<void>
}

/**
 * Tells the client what happened in its folder: EXPUNGE or VANISHED where they may be sent, EXISTS, and FETCH for flags
 * (RFC 9051 §7.5, RFC 7162 §3.2.10).
 */
export async function tellNews(session: ImapSession, options: Telling): Promise<void> {
  const { selected } = session
  const lastUid = selected?.view.lastUid ?? 0
  const news = await selected?.news(options).catch((error) => endWithout(session, error))
  if (selected === undefined || news === undefined) return
  if (!news.gone.isEmpty) await tellGone(session, selected, news.gone)
  if (news.grown) {
    session.untagged(`${selected.view.length} EXISTS`)
    if (!session.isRev2) session.untagged(`${selected.recentCount} RECENT`)
  }
  if (news.grown && options.arrived !== undefined)
    await options.arrived(selected.view.uids.filter((uid) => uid > lastUid))
  if (options.flags === false) return
  let unread: number[] = []
  const states: ItemState[] = []
  for (const [uid, state] of [...news.changed].sort(([a], [b]) => a - b)) {
    if (state !== undefined) states.push(state)
    else unread.push(uid)
  }
  await tellStates(session, states)
  for (; unread.length > 0; unread = unread.slice(PAGE)) {
    const page = unread.slice(0, PAGE)
    await tellStates(session, await session.store.mailboxes.getItemsByUid(selected.at, selected.no, page))
  }
}

/** Numbers of a folder that is no more mean nothing: the client begins anew. */
function endWithout(session: ImapSession, error: unknown): undefined {
  if (!(error instanceof Refusal) || !/^no-such-(?:folder|mailbox)$/.test(error.reason)) throw error
  session.deselect()
  session.end({ status: 'BYE', text: 'The selected mailbox is no more; goodbye' })
}

async function tellGone(session: ImapSession, selected: SelectedFolder, gone: NumberSet): Promise<void> {
  if (session.qresync) {
    for (const piece of gone.split(LINE)) session.untagged(`VANISHED ${piece}`)
  } else {
    const sequences = [...gone].map((uid) => selected.view.sequenceOf(uid))
    // From the last to the first, so that no number changes before it is said.
    for (const sequence of sequences.reverse()) {
      session.untagged(`${sequence} EXPUNGE`)
      await session.flow()
    }
  }
  selected.forgetGone()
}

type StateTelling = { uid?: boolean; modseq?: boolean; flags?: boolean }

/** FETCH responses with the flags of items, by default with their UIDs, and with modseqs once CONDSTORE is on; those that the client does not know are passed over. */
export async function tellStates(
  session: ImapSession,
  states: Iterable<FlagState>,
  { uid = true, modseq = session.condstore, flags = true }: StateTelling = {},
): Promise<void> {
  for (const state of states) {
    const sequence = session.selected?.view.sequenceOf(state.uid) ?? 0
    if (sequence === 0) continue
    const told = {
      uid: uid ? state.uid : undefined,
      modseq: modseq ? state.modseq : undefined,
      flags: flags ? flagText(session, state) : undefined,
    }
    session.write(formatStateResponse(sequence, told))
    const busy = session.flow()
    if (busy !== undefined) await busy
  }
}

/**
 * Wire text of the flags of an item of the selected folder; `\\Recent` is told in IMAP4rev1 only. A keyword that the client has
 * not heard of is announced by FLAGS first (RFC 9051 §7.3.5), so this is not for the middle of a response.
 */
export function flagText(session: ImapSession, item: Pick<Item, 'uid' | 'flags' | 'keywords'>): string {
  const isRecent = !session.isRev2 && (session.selected?.recent.has(item.uid) ?? false)
  if (item.keywords.length === 0) return plainFlagText(item.flags, { isRecent })
  const words = flagWords(item)
  if (isRecent) words.push('\\Recent')
  if (session.knownKeywords.add(item.keywords.filter(isShown))) announceFlags(session)
  return formatFlagList(words)
}

/** FLAGS, and with SELECT PERMANENTFLAGS. */
export function announceFlags(session: ImapSession): void {
  session.untagged(`FLAGS ${formatFlagList([...commonFlags, ...session.knownKeywords])}`)
}
