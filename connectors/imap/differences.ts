import { createHash } from 'node:crypto'
import type { SelectedMailbox } from '#src/clients/imap/select.ts'
import type { ImapSession } from '#src/clients/imap/session.ts'
import { maxNumber, NumberSet } from '#src/wire/imap/number-set.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import type { FolderState } from './folder-state.ts'
import { marksOf, versionOf } from './marks.ts'
import { behind, presentUids, uidsBehind } from './present-uids.ts'

/** What of a folder is to be told: UIDs whose message is new or changed, and UIDs whose message is gone. */
export type Differences = {
  changed: NumberSet
  gone: NumberSet
  /** Of servers without modseqs: the blocks as they are now. */
  blocks: ReadonlyMap<number, string>
}

const nothing: Differences = { changed: NumberSet.empty, gone: NumberSet.empty, blocks: new Map() }

/** UIDs in a block: so many messages are told again when one of them changed, where the server keeps no modseqs. */
const blockUids = 512

/**
 * Compares the selected folder with what was told, in as few requests as the server allows: none where its counts say that
 * nothing happened, one with QRESYNC (RFC 7162 §3.2.6), two with CONDSTORE, else one over the flags of all messages but those of
 * which the server cannot tell them (`unscanned`).
 */
export async function findDifferences(
  session: ImapSession,
  selected: SelectedMailbox,
  state: FolderState,
  { qresync, unscanned }: { qresync: boolean; unscanned: NumberSet },
): Promise<Differences> {
  if (selected.exists === 0) return { ...nothing, gone: state.known }
  const { modseq, known, blocks } = state
  // Also when the server has modseqs only now: what changed before them is told by the flags alone.
  if (selected.highestModseq === undefined || (modseq === null && blocks.size > 0))
    return scanFlags(session, state, unscanned)
  const from = state.round?.after ?? 0
  if (modseq === null) {
    const present = await presentUids(session)
    return { ...nothing, changed: present.minus(known), gone: known.minus(present) }
  }
  const isQuiet = modseq === selected.highestModseq && known.size === selected.exists && from === 0
  if (isQuiet) return nothing
  return qresync
    ? resynchronized(session, selected, { modseq, from, known })
    : searched(session, modseq, from, known.intersect(uidsBehind(from)))
}

async function searched(
  session: ImapSession,
  modseq: number,
  after: number,
  known: NumberSet,
): Promise<Differences> {
  const [present, { all: touched = NumberSet.empty }] = await Promise.all([
    presentUids(session, after),
    session.search({ key: 'and', and: [behind(after), { key: 'modseq', modseq: modseq + 1 }] }),
  ])
  return {
    ...nothing,
    changed: touched.intersect(present).union(present.minus(known)),
    gone: known.minus(present),
  }
}

/**
 * `*` is the last message there is (RFC 9051 section 9): Cyrus tells nothing of what vanished behind that, so the set ends with the largest
 * number. Where the counts do not agree all the same, what is there is asked for.
 */
async function resynchronized(
  session: ImapSession,
  selected: SelectedMailbox,
  { modseq, from, known }: { modseq: number; from: number; known: NumberSet },
): Promise<Differences> {
  const uids: number[] = []
  let vanished = NumberSet.empty
  const options = {
    changedSince: modseq,
    vanished: (gone: NumberSet) => {
      vanished = vanished.union(gone)
    },
  }
  const behind = uidsBehind(from)
  for await (const { uid } of session.fetch(SequenceSet.of(behind), [{ item: 'FLAGS' }], options))
    if (uid > from) uids.push(uid)
  const changed = NumberSet.of(uids)
  const gone = vanished.intersect(known).intersect(behind)
  if (known.minus(gone).union(changed).size === selected.exists) return { ...nothing, changed, gone }
  const present = await presentUids(session, from)
  return {
    ...nothing,
    changed: changed.intersect(present).union(present.minus(known)),
    gone: known.intersect(behind).minus(present),
  }
}

async function scanFlags(
  session: ImapSession,
  { known, blocks }: FolderState,
  unscanned: NumberSet,
): Promise<Differences> {
  const listed = unscanned.isEmpty ? NumberSet.empty : await presentUids(session)
  const untold = listed.intersect(unscanned)
  const asked = untold.isEmpty ? SequenceSet.all : listed.minus(untold)
  const uids: number[] = [...untold]
  const now = new Map<number, string>()
  for await (const { uid, data } of session.fetch(asked, [{ item: 'FLAGS' }])) {
    uids.push(uid)
    const block = Math.floor(uid / blockUids)
    const text = `${now.get(block) ?? ''} ${uid} ${versionOf(marksOf(data.flags ?? []))}`
    now.set(block, createHash('sha256').update(text).digest('base64url').slice(0, 12))
  }
  const present = NumberSet.of(uids)
  const bounds: number[] = []
  for (const [block, hash] of now)
    if (blocks.get(block) !== hash)
      bounds.push(Math.max(1, block * blockUids), Math.min(maxNumber, (block + 1) * blockUids - 1))
  const touched = present.intersect(NumberSet.ofBounds(bounds))
  return { changed: touched.union(present.minus(known)), gone: known.minus(present), blocks: now }
}

/** The blocks that were told once everything up to `after` is. */
export function blocksUpTo(
  differences: Differences,
  before: FolderState,
  after: number,
): Map<number, string> {
  const blocks = new Map(before.blocks)
  for (const [block, hash] of differences.blocks)
    if ((block + 1) * blockUids - 1 <= after) blocks.set(block, hash)
  return blocks
}
