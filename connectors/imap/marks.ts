import { Flag, type Flags } from '#src/domain/mailbox/item.ts'
import type { SourceMarks } from '#src/domain/migration/source.ts'

/** Words of IMAP that are bits here; the last ones are keywords of the IANA registry and what older programs write for them. */
const bitOf: ReadonlyMap<string, Flags> = new Map([
  ['\\answered', Flag.answered],
  ['\\flagged', Flag.flagged],
  ['\\deleted', Flag.deleted],
  ['\\seen', Flag.seen],
  ['\\draft', Flag.draft],
  ['$forwarded', Flag.forwarded],
  ['forwarded', Flag.forwarded],
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

/** A version of a message: nothing but its marks can change. The same again when they are, whatever the server counts. */
export function versionOf({ flags, keywords }: SourceMarks): string {
  return [flags, ...keywords.map((keyword) => encodeURIComponent(keyword.toWellFormed()))].join(' ')
}
