import type { BodyNo } from '#src/domain/mailbox/item.ts'
import type { Query, UidRange } from '#src/domain/mailbox/search/query.ts'
import { dayNumber } from '#src/wire/imap/dates.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import type { SearchKey } from '#src/wire/imap/search-key.ts'
import { readFlagWords } from './flag-words.ts'
import type { ImapSession } from './session.ts'

const DAY_MS = 86_400_000
const nothing: Query = { kind: 'or', of: [] }
const everything: Query = { kind: 'and', of: [] }

/** A search key as the domain's query. Days of arrival are days of UTC, as INTERNALDATE is told. */
export function queryOf(session: ImapSession, key: SearchKey): Query {
  switch (key.key) {
    case 'all':
    case 'save-date-supported':
      return everything
    case 'numbers':
      return { kind: 'uid', ranges: rangesOf(session, key) }
    case 'flag':
      return flagQuery(session, key.flag, key.set)
    case 'field':
      // Nothing is found in a field that is not there.
      return key.text === ''
        ? { kind: 'header', name: key.field, contains: '' }
        : { kind: key.field.toLowerCase() as 'subject', contains: key.text }
    case 'header':
      return { kind: 'header', name: key.name, contains: key.text }
    case 'body':
    case 'text':
      return { kind: key.key, contains: key.text }
    case 'date':
      return dateQuery(key)
    case 'size':
      return key.than === 'larger'
        ? { kind: 'size', larger: key.octets }
        : { kind: 'size', smaller: key.octets }
    case 'age': {
      const moment = session.options.now() - key.seconds * 1_000
      return key.than === 'older' ? { kind: 'received', before: moment } : { kind: 'received', since: moment }
    }
    case 'modseq':
      return { kind: 'changed', since: key.modseq - 1 }
    case 'object-id':
      return objectQuery(key)
    case 'not':
      return { kind: 'not', of: queryOf(session, key.not) }
    case 'or':
      return { kind: 'or', of: key.or.map((each) => queryOf(session, each)) }
    case 'and':
      return { kind: 'and', of: key.and.map((each) => queryOf(session, each)) }
  }
}

/** Whether a key asks for modseqs: then the answer tells the highest (RFC 7162 §3.1.5). */
export function asksModseq(key: SearchKey): boolean {
  if (key.key === 'not') return asksModseq(key.not)
  if (key.key === 'or') return key.or.some(asksModseq)
  if (key.key === 'and') return key.and.some(asksModseq)
  return key.key === 'modseq'
}

function rangesOf(
  { folder }: ImapSession,
  { numbers, uid }: Extract<SearchKey, { key: 'numbers' }>,
): readonly UidRange[] {
  const { view, saved } = folder
  if (numbers.isSaved) return [...saved.ranges()]
  if (uid) return [...numbers.resolve(view.lastUid).ranges()]
  return [...NumberSet.of(view.pickKnownSequences(numbers)).ranges()]
}

function flagQuery({ folder }: ImapSession, flag: string, set: boolean): Query {
  const { flags, keywords } = readFlagWords([flag])
  const keyword = keywords[0]
  const leaf: Query =
    flag === '\\Recent'
      ? { kind: 'uid', ranges: [...folder.recent.ranges()] }
      : flags !== 0
        ? { kind: 'flags', flags }
        : keyword === undefined
          ? nothing
          : { kind: 'keyword', keyword }
  return set ? leaf : { kind: 'not', of: leaf }
}

function dateQuery({ of, when, date }: Extract<SearchKey, { key: 'date' }>): Query {
  const day = dayNumber(date)
  const unit = of === 'sent' ? 1 : DAY_MS
  const kind = of === 'sent' ? 'sent-day' : of === 'saved' ? 'saved' : 'received'
  if (when === 'before') return { kind, before: day * unit }
  return when === 'since'
    ? { kind, since: day * unit }
    : { kind, since: day * unit, before: (day + 1) * unit }
}

function objectQuery({ of, id }: Extract<SearchKey, { key: 'object-id' }>): Query {
  if (of === 'thread') return { kind: 'thread', id }
  const body = /^M(\d{1,15})$/.exec(id)?.[1]
  return body === undefined ? nothing : { kind: 'original', body: Number(body) as BodyNo }
}
