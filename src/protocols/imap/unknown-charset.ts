import { NumberSet } from '#src/wire/imap/number-set.ts'
import { UnknownCharset } from '#src/wire/imap/search.ts'
import type { Completion } from './command.ts'
import type { ImapSession } from './session.ts'

/** What was parsed, or the charset that its texts cannot be read in: that is NO, not BAD (RFC 9051 §6.4.4). */
export function orUnknownCharset<T>(parse: () => T): T | UnknownCharset {
  try {
    return parse()
  } catch (error) {
    if (error instanceof UnknownCharset) return error
    throw error
  }
}

/** The answer. A search that fails leaves nothing saved (RFC 5182 §2.1). */
export function badCharset(session: ImapSession, { message, saves }: UnknownCharset): Completion {
  if (saves) session.folder.saved = NumberSet.empty
  const charsets = ['UTF-8', 'US-ASCII']
  return { status: 'NO', code: { code: 'BADCHARSET', charsets }, text: message }
}
