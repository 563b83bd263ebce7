import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { isAtom } from './strings.ts'

/** System flags of RFC 9051 §2.3.2 and, for old clients, RFC 3501's `\Recent`. */
const systemFlags = ['\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '\\Recent'] as const

const spelling = new Map<string, string>(systemFlags.map((flag) => [flag.toLowerCase(), flag]))

/** System flags in their usual spelling, whatever case they came in; keywords as they are. */
export function normalizeFlag(flag: string): string {
  return flag.startsWith('\\') ? (spelling.get(flag.toLowerCase()) ?? flag) : flag
}

/** Whether the text can be a keyword: an atom. Categories of Outlook often cannot. */
export function isKeyword(text: string): boolean {
  return isAtom(text)
}

/** `(\Seen $Junk)`. SyntaxFault for what is neither keyword, system flag nor `\*`. */
export function formatFlagList(flags: Iterable<string>): string {
  const list = [...flags]
  for (const flag of list)
    if (!isAtom(flag.startsWith('\\') ? flag.slice(1) : flag) && flag !== '\\*')
      throw new SyntaxFault('Not a flag')
  return `(${list.join(' ')})`
}
