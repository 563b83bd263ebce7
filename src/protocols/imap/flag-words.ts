import { Flag, type Flags, type ItemState } from '#src/domain/mailbox/item.ts'
import { formatFlagList, isKeyword } from '#src/wire/imap/flags.ts'

/** Marks that the store keeps as bits, as IMAP calls them; the last two are keywords there (RFC 5788 registry). */
const bits: readonly (readonly [word: string, bit: Flags])[] = [
  ['\\Answered', Flag.answered],
  ['\\Flagged', Flag.flagged],
  ['\\Deleted', Flag.deleted],
  ['\\Seen', Flag.seen],
  ['\\Draft', Flag.draft],
  ['$Forwarded', Flag.forwarded],
  ['$MDNSent', Flag.mdnSent],
]
const bitOf = new Map(bits.map(([word, bit]) => [word.toLowerCase(), bit]))

/** The words that every folder has. */
export const commonFlags: readonly string[] = bits.map(([word]) => word)

/** Flags of an item. Categories of Outlook that IMAP cannot write as keywords are left out. */
export function flagWords({ flags, keywords }: Pick<ItemState, 'flags' | 'keywords'>): string[] {
  const words: string[] = []
  for (const [word, bit] of bits) if ((flags & bit) !== 0) words.push(word)
  for (const keyword of keywords) if (isShown(keyword)) words.push(keyword)
  return words
}

const plainTexts = new Map<number, string>()

/** Wire text of the flags of an item without keywords: a few texts serve nearly all messages. */
export function plainFlagText(flags: Flags, { isRecent }: { isRecent: boolean }): string {
  const key = isRecent ? ~flags : flags
  let text = plainTexts.get(key)
  if (text === undefined) {
    const words = flagWords({ flags, keywords: [] })
    text = formatFlagList(isRecent ? [...words, '\\Recent'] : words)
    plainTexts.set(key, text)
  }
  return text
}

/** Whether IMAP can show a keyword. */
export const isShown = (keyword: string): boolean => isKeyword(keyword) && !bitOf.has(keyword.toLowerCase())

/** Flags as the store has them. `\Recent` is the server's own to set (RFC 3501 §2.3.2), and what else begins with a backslash is unknown: passed over. */
export function readFlagWords(words: readonly string[]): { flags: Flags; keywords: string[] } {
  let flags = 0
  const keywords: string[] = []
  for (const word of words) {
    const bit = bitOf.get(word.toLowerCase())
    if (bit !== undefined) flags |= bit
    else if (!word.startsWith('\\') && !keywords.includes(word)) keywords.push(word)
  }
  return { flags, keywords }
}

/** A backslash word that no client may store: no system flag, or `\Recent`. Clients hear BAD for it. */
export const unsettableFlag = (words: readonly string[]): string | undefined =>
  words.find((word) => word.startsWith('\\') && !bitOf.has(word.toLowerCase()))
