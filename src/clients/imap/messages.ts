import { formatMailboxName } from '#src/wire/imap/mailbox-name.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { ResponseCode } from '#src/wire/imap/response-code.ts'
import { formatSearch } from '#src/wire/imap/search-format.ts'
import type { SearchKey } from '#src/wire/imap/search-key.ts'
import type { SearchReturn } from '#src/wire/imap/search-return.ts'
import type { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import type { StatusLine } from '#src/wire/imap/status-line.ts'
import { formatStore, type StoreFlags } from '#src/wire/imap/store.ts'
import type { UidList } from '#src/wire/imap/uid-list.ts'
import type { ImapConnection } from './connection.ts'
import { ImapFailure } from './failure.ts'
import { setsOf } from './fetch.ts'

/** What a search found: UIDs. Only what was asked for, `min` and `max` only when something was found. */
export type Found = { all?: NumberSet; min?: number; max?: number; count?: number; modseq?: number }

/** The nth message of `from` became the nth of `to`. */
export type Copied = { uidValidity: number; from: UidList; to: UidList }

const everything = { min: false, max: false, all: true, count: false, save: false }

/** UID SEARCH, with RETURN where the server has ESEARCH; what it does not count is counted here. */
export async function searchMessages(
  connection: ImapConnection,
  key: SearchKey,
  wanted: Partial<SearchReturn> | undefined,
  extended: boolean,
): Promise<Found> {
  const returns = wanted === undefined ? everything : { ...everything, all: false, ...wanted }
  const found: Found = {}
  const numbers: number[] = []
  await connection.run({
    name: 'UID SEARCH',
    args: formatSearch(extended ? { returns, key } : { key }, connection.utf8),
    lane: 'search',
    take: (data) => {
      if (data.name === 'ESEARCH') {
        const { min, max, count, all, modseq } = data.found
        Object.assign(found, defined({ min, max, count, all, modseq }))
      } else if (data.name === 'SEARCH') {
        for (const each of data.numbers) numbers.push(each)
        if (data.modseq !== undefined) found.modseq = data.modseq
      } else return false
      return true
    },
  })
  if (extended) return returns.all && found.all === undefined ? { ...found, all: NumberSet.empty } : found
  const all = NumberSet.of(numbers)
  return {
    ...found,
    ...(returns.all && { all }),
    ...(returns.count && { count: all.size }),
    ...(returns.min && !all.isEmpty && { min: all.min! }),
    ...(returns.max && !all.isEmpty && { max: all.max! }),
  }
}

const defined = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** UID STORE; resolves with the UIDs that were left alone because of `unchangedSince`. */
export async function storeFlags(
  connection: ImapConnection,
  uids: NumberSet | SequenceSet,
  store: Omit<StoreFlags, 'set'>,
): Promise<NumberSet> {
  let modified = NumberSet.empty
  for (const set of setsOf(uids)) {
    const code = await codeOf(
      connection.run({
        name: 'UID STORE',
        args: formatStore({ set, ...store }),
        lane: 'fetch',
        changes: true,
      }),
    )
    if (code?.code === 'MODIFIED') modified = modified.union(code.set)
  }
  return modified
}

/** RFC 7162 §3.1.3: a server may say NO where nothing at all was stored. */
async function codeOf(answer: Promise<StatusLine>): Promise<ResponseCode | undefined> {
  try {
    return (await answer).code
  } catch (error) {
    if (error instanceof ImapFailure && error.code?.code === 'MODIFIED') return error.code
    throw error
  }
}

/** UID COPY or UID MOVE; resolves with what became of which, as far as the server tells. */
export async function transfer(
  connection: ImapConnection,
  name: 'UID COPY' | 'UID MOVE',
  uids: NumberSet | SequenceSet,
  mailbox: string,
): Promise<Copied[]> {
  const copied: Copied[] = []
  const note = ({ code }: StatusLine) => {
    if (code?.code === 'COPYUID') copied.push({ uidValidity: code.uidValidity, from: code.from, to: code.to })
  }
  for (const set of setsOf(uids)) {
    const args = `${set} ${formatMailboxName(mailbox, connection.utf8)}`
    const told = copied.length
    const line = await connection.run({ name, args, lane: 'free', changes: true, status: note })
    // MOVE tells it before the EXPUNGEs; some servers do so again at the end.
    if (copied.length === told) note(line)
  }
  return copied
}

/** EXPUNGE, or UID EXPUNGE of these. */
export async function expungeMessages(
  connection: ImapConnection,
  uids: NumberSet | SequenceSet | undefined,
): Promise<void> {
  if (uids === undefined) {
    await connection.run({ name: 'EXPUNGE', lane: 'free', changes: true })
    return
  }
  for (const set of setsOf(uids))
    await connection.run({ name: 'UID EXPUNGE', args: String(set), lane: 'free', changes: true })
}
