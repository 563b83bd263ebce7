import type { EntryId } from '#src/base/ids.ts'
import type { Entry } from '../directory/entry.ts'
import { fold, unfolded, wordsOf } from './folding.ts'

/** How well a word fits, best first: each begins the words of its kind on a card. */
export const MARKS = ['\u0001', '\u0002', '\u0003', '\u0004'] as const

/** One entry as it is searched: `sortKey` is where it stands in the list, `words` each with its mark, some twice. */
export type Card = { id: EntryId; sortKey: string; words: readonly string[] }

/** Whether an entry is shown in the address book (GAL-06, DIR-13). */
export const isShown = ({ state, hidden }: Entry): boolean => state === 'ENABLED' && !hidden

/** As they are written, and without anything between the digits. */
function telephonesOf({ telephone, mobile }: Entry['details']): string[] {
  const numbers = [telephone ?? '', mobile ?? ''].filter((number) => number !== '')
  return [...numbers, ...numbers.map((number) => number.replace(/[^0-9]/g, ''))]
}

/**
 * The card of an entry. The beginning of its name counts most, then any word of a name, then alias and addresses, then
 * where the person works, what a room has, and telephone numbers.
 */
export function cardOf(entry: Entry): Card {
  const { details, source } = entry
  const words: string[] = []
  const add = (mark: string, texts: Iterable<string>) => {
    for (const text of texts) if (text !== '') words.push(mark + text)
  }
  const whole = [entry.displayName, details.phoneticDisplayName ?? '']
  add(
    MARKS[0],
    whole.flatMap((name) => [fold(name), unfolded(name) ?? '']),
  )
  const names = [
    ...whole,
    details.firstName,
    details.lastName,
    details.phoneticFirstName,
    details.phoneticLastName,
    details.initials,
  ]
  add(
    MARKS[1],
    names.flatMap((name) => wordsOf(name ?? '')),
  )
  const mail = entry.addresses.filter(({ kind }) => kind === 'primary' || kind === 'alias')
  const locals = mail.map(({ address }) => address.slice(0, address.lastIndexOf('@')))
  add(MARKS[2], [
    ...mail.map(({ address }) => fold(address)),
    ...[source?.alias ?? '', entry.name, ...locals].flatMap(wordsOf),
  ])
  add(
    MARKS[3],
    [
      ...[details.department, details.company, details.office, ...(source?.keywords ?? [])],
      ...telephonesOf(details),
    ].flatMap((text) => wordsOf(text ?? '')),
  )
  const sortKey = `${fold(details.phoneticDisplayName ?? entry.displayName)}\u0000${entry.id}`
  return { id: entry.id, sortKey, words }
}
