import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import type { Loss, SourceMarks } from '#src/domain/migration/source.ts'

/** What older programs write for `$Forwarded`. */
const OLD_FORWARDED = 'forwarded'

/** Words of IMAP that are bits here; the last ones are keywords of the IANA registry and what older programs write for them. */
const bitOf: ReadonlyMap<string, Flags> = new Map([
  ['\\answered', Flag.answered],
  ['\\flagged', Flag.flagged],
  ['\\deleted', Flag.deleted],
  ['\\seen', Flag.seen],
  ['\\draft', Flag.draft],
  ['$forwarded', Flag.forwarded],
  [OLD_FORWARDED, Flag.forwarded],
  ['$mdnsent', Flag.mdnSent],
])

/** Flags and keywords of a message. `\Recent` and what else begins with a backslash belongs to the server. */
export function marksOf(words: readonly string[]): SourceMarks {
  let flags = 0
  const keywords = new Map<string, string>()
  for (const word of words) {
    const bit = bitOf.get(word.toLowerCase())
    if (bit !== undefined) flags |= bit
    else if (!word.startsWith('\\')) keywords.set(word.toLowerCase(), word)
  }
  return { flags, keywords: [...keywords.values()].sort() }
}

const wordOf: readonly (readonly [flag: Flags, word: string])[] = [
  [Flag.seen, '\\Seen'],
  [Flag.answered, '\\Answered'],
  [Flag.flagged, '\\Flagged'],
  [Flag.deleted, '\\Deleted'],
  [Flag.draft, '\\Draft'],
  [Flag.forwarded, '$Forwarded'],
  [Flag.mdnSent, '$MDNSent'],
]
/** Keywords are atoms (RFC 9051 §9). */
const atom = /^[^\s(){%*"\\\]\p{Cc}\P{ASCII}]+$/u

/**
 * Marks as a message that has `words` gets them: what older programs call forwarded is called so still, so that they know it again.
 */
export function wordsOver(words: readonly string[], marks: SourceMarks): readonly string[] {
  const old = words.find((word) => word.toLowerCase() === OLD_FORWARDED)
  const isOld = old !== undefined && !words.some((word) => word.toLowerCase() === '$forwarded')
  return isOld ? wordsOf(marks).map((word) => (word === '$Forwarded' ? old : word)) : wordsOf(marks)
}

/** Marks as IMAP writes them. */
export const wordsOf = ({ flags, keywords }: SourceMarks): readonly string[] => [
  ...wordOf.flatMap(([flag, word]) => ((flags & flag) !== 0 ? [word] : [])),
  ...keywords.filter((keyword) => atom.test(keyword)),
]

/** Marks that a message was to have and has not: what IMAP has no words for, and what the server does not keep. */
export function lostMarks(wanted: SourceMarks, there: SourceMarks): readonly Loss[] {
  const kept = new Set(wordsOf(there).map((word) => word.toLowerCase()))
  const missing = wordsOf(wanted).filter((word) => !kept.has(word.toLowerCase()))
  return [
    ...wanted.keywords
      .filter((keyword) => !atom.test(keyword))
      .map(
        (keyword): Loss => ({
          property: 'category',
          reason: `IMAP has no keyword "${keyword}".`,
          weight: 'metadata',
        }),
      ),
    ...missing.map(
      (word): Loss => ({
        property: word.startsWith('\\') ? word.slice(1).toLowerCase() : 'category',
        reason: `The server does not keep ${word} in this folder.`,
        weight: word.startsWith('\\') ? 'visible' : 'metadata',
      }),
    ),
  ]
}

/** A version of a message: nothing but its marks can change. The same again when they are, whatever the server counts. */
export function versionOf({ flags, keywords }: SourceMarks): string {
  return [flags, ...keywords.map((keyword) => encodeURIComponent(keyword.toWellFormed()))].join(' ')
}
