import { splitMailboxName } from '#src/wire/imap/mailbox-name.ts'

/** What parts the levels of names. */
export const delimiter = '/'

/** Where mailboxes that are not the user's own have their names (RFC 2342, CLT-05). */
export const spacePrefixes = { others: 'Other Users', shared: 'Shared' } as const
export type NameSpace = 'personal' | keyof typeof spacePrefixes

/** A name taken apart; `levels` are names of folders below the root of the mailbox, the first one `INBOX` for its inbox. */
type FolderName =
  | { space: 'personal'; levels: readonly string[] }
  /** Without an owner, the prefix itself. */
  | { space: 'others' | 'shared'; owner: string | undefined; levels: readonly string[] }

/**
 * A folder of Exchange may have `/` in its name. IMAP shows U+2215 instead, which looks the same; where that itself stands
 * in a name, a word joiner (U+2060, invisible) is put before it.
 */
const slash = '/'
const shownSlash = '\u2215'
const joiner = '\u2060'
const reserved = /^(?:inbox|other users|shared)$/i

/** The name of one folder as a level of a mailbox name. `top`: directly below the root, where some names mean something else. */
export function formatLevel(name: string, top: boolean): string {
  const shown = name.replace(/(\u2060*)([/\u2215])/gu, (_, joiners: string, sign: string) =>
    sign === slash ? joiners + joiners + shownSlash : joiners + joiners + joiner + shownSlash,
  )
  return top && reserved.test(shown.replace(/^\u2060+/u, '')) ? joiner + shown : shown
}

/** The opposite of `formatLevel`. */
export function parseLevel(level: string, top: boolean): string {
  const unmarked = top && /^\u2060/u.test(level) && reserved.test(level.replace(/^\u2060+/u, ''))
  const shown = unmarked ? level.slice(1) : level
  return shown.replace(/(\u2060*)\u2215/gu, (_, joiners: string) => {
    const half = joiner.repeat(joiners.length >> 1)
    return half + (joiners.length % 2 === 0 ? slash : shownSlash)
  })
}

/** A mailbox name as its parts. SyntaxFault for an empty level. */
export function parseFolderName(name: string): FolderName {
  const levels = splitMailboxName(name, delimiter)
  for (const space of ['others', 'shared'] as const) {
    if (levels[0] !== spacePrefixes[space]) continue
    const [, owner, ...below] = levels
    return { space, owner, levels: below.map((level, at) => parseTop(level, at)) }
  }
  return { space: 'personal', levels: levels.map((level, at) => parseTop(level, at)) }
}

function parseTop(level: string, at: number): string {
  if (at > 0) return parseLevel(level, false)
  return /^inbox$/i.test(level) ? 'INBOX' : parseLevel(level, true)
}

/** A name as subscriptions are kept under. SyntaxFault for an empty level. */
export const subscriptionName = (name: string): string => splitMailboxName(name, delimiter).join(delimiter)

/** What the names of a mailbox begin with, its delimiter included. */
export function prefixOf(space: NameSpace, owner: string): string {
  return space === 'personal' ? '' : `${spacePrefixes[space]}${delimiter}${owner}${delimiter}`
}
