import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { Flag, type Item, type ItemState } from '#src/domain/mailbox/item.ts'
import { type Fetch, parseFetch } from '#src/wire/imap/fetch.ts'
import { formatFetchResponse } from '#src/wire/imap/fetch-response.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import { partialSlice } from '#src/wire/imap/sequence-set.ts'
import { command } from '../command.ts'
import { readPage } from '../fetch/envelopes.ts'
import { type FetchPlan, planFetch, withFlags } from '../fetch/fetch-plan.ts'
import { writeMessage } from '../fetch/message-response.ts'
import { tellStates } from '../folder-news.ts'
import { changedSince, tellVanishedEarlier, vanishedSince } from '../resynchronize.ts'
import type { ImapSession } from '../session.ts'

/** FETCH and UID FETCH, RFC 9051 §6.4.5, with CHANGEDSINCE and VANISHED (RFC 7162 §3.1.4.1, §3.2.6). */
export const fetch = command({
  name: 'FETCH',
  state: 'selected',
  uid: 'may',
  usesSequenceNumbers: true,
  parse: parseFetch,

  run: async (session, asked, { uid }) => {
    if (asked.vanished && !(uid && session.qresync))
      return { status: 'BAD', text: 'VANISHED needs UID FETCH and ENABLE QRESYNC' }
    if (asked.partial !== undefined && !uid) return { status: 'BAD', text: 'PARTIAL needs UID FETCH' }
    const plan = planFetch(withModseq(session, asked), uid)
    const uids = await wantedUids(session, asked, uid)
    if (plan.uidOnly) return writeUids(session, uids)
    const markedAttributes = withFlags(plan.attributes, { modseq: session.condstore })
    let missing = plan.flagsOnly ? await writeStates(session, plan, uids) : 0
    let trouble: 'unknown-encoding' | undefined
    for (let from = 0; !plan.flagsOnly && from < uids.length; from += plan.pageSize) {
      const page = uids.subarray(from, from + plan.pageSize)
      const { items, envelopes } = await readPage(session, plan, page)
      missing += page.length - items.length
      const marked = await markSeen(session, plan, items)
      for (const item of items) {
        const sequence = session.folder.view.sequenceOf(item.uid)
        const state = marked.get(item.no)
        const attributes = state === undefined ? plan.attributes : markedAttributes
        const shown = state === undefined ? item : { ...item, ...state }
        const written = writeMessage(session, sequence, shown, attributes, envelopes.get(item.no))
        if (written !== undefined) trouble = (await written) ?? trouble
        const busy = session.flow()
        if (busy !== undefined) await busy
      }
    }
    if (trouble !== undefined)
      return { status: 'NO', code: { code: 'UNKNOWN-CTE' }, text: 'A part is encoded in an unknown way' }
    if (missing > 0 && !uid)
      return { code: { code: 'EXPUNGEISSUED' }, text: 'Some of the messages are no more' }
    return undefined
  },
})

/** The attributes; whoever asks for modseqs is told them from then on (RFC 7162 §3.1). */
function withModseq(session: ImapSession, { attributes, changedSince }: Fetch): Fetch['attributes'] {
  const asks = attributes.some(({ item }) => item === 'MODSEQ')
  if (asks || changedSince !== undefined) session.enable('CONDSTORE')
  return changedSince === undefined || asks ? attributes : [...attributes, { item: 'MODSEQ' }]
}

async function wantedUids(session: ImapSession, asked: Fetch, uid: boolean): Promise<Uint32Array> {
  const { folder } = session
  let uids = session.resolve(asked.set, uid)
  if (asked.changedSince !== undefined) {
    if (asked.vanished) {
      const among = asked.set.isSaved ? folder.saved : asked.set.resolve(folder.highestUid)
      await tellVanishedEarlier(session, await vanishedSince(session, folder, asked.changedSince, among))
    }
    const changed: number[] = []
    for await (const states of changedSince(session, folder, asked.changedSince))
      for (const state of states) changed.push(state.uid)
    const set = NumberSet.of(changed.sort((a, b) => a - b))
    uids = uids.filter((each) => set.has(each))
  }
  if (asked.partial === undefined) return uids
  const { start, end } = partialSlice(asked.partial, uids.length)
  return uids.subarray(start, end)
}

/** Flags are what is asked for of whole folders: they are read without the rest of an item. Gives how many are no more. */
async function writeStates(session: ImapSession, plan: FetchPlan, uids: Uint32Array): Promise<number> {
  const { folder, store } = session
  const asked = new Set(plan.attributes.map(({ item }) => item))
  const tells = { uid: asked.has('UID'), modseq: asked.has('MODSEQ'), flags: asked.has('FLAGS') }
  let missing = uids.length
  for (let from = 0; from < uids.length; from += plan.pageSize) {
    const page = uids.subarray(from, from + plan.pageSize)
    const states = await store.mailboxes.listFlagStates(folder.at, folder.no, page)
    missing -= states.length
    await tellStates(session, states, tells)
  }
  return missing
}

async function writeUids(session: ImapSession, uids: Uint32Array): Promise<undefined> {
  for (const uid of uids) {
    session.write(formatFetchResponse(session.folder.view.sequenceOf(uid), [{ item: 'UID', uid }]))
    await session.flow()
  }
}

/** Sets \Seen where the reading of a message does; the new states of those that changed. */
async function markSeen(
  session: ImapSession,
  plan: FetchPlan,
  items: readonly Item[],
): Promise<ReadonlyMap<ItemState['no'], ItemState>> {
  const { folder, store } = session
  const may = (folder.rights & FolderRight.editAny) !== 0
  const unseen = items.filter(({ flags }) => (flags & Flag.seen) === 0).map(({ no }) => no)
  if (!plan.marksSeen || folder.readOnly || !may || unseen.length === 0) return new Map()
  const { at } = folder
  const { changed } = await store.transact(
    { organization: at.organization, mailboxes: [at.mailbox] },
    ({ mailboxes }) => mailboxes.changeFlags(at, unseen, { add: Flag.seen }),
  )
  // What somebody else has moved away meanwhile has another UID there.
  const here = changed.filter((state) => state.folder === folder.no)
  folder.heard(here)
  return new Map(here.map((state) => [state.no, state]))
}
