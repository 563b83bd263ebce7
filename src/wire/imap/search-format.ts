import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { formatCalendarDate } from './dates.ts'
import type { Search } from './search.ts'
import { bareKeys, dateKeys, type SearchKey } from './search-key.ts'
import { formatSearchReturn } from './search-return.ts'
import { formatAstring, formatString, isAtom, toWire } from './strings.ts'

/**
 * Arguments of SEARCH. Texts go out as UTF-8; the charset is said when one of them needs it and `utf8` is not enabled
 * (RFC 6855 §3 forbids saying it then).
 */
export function formatSearch({ returns, key }: Omit<Search, 'charset'>, utf8 = false): string {
  const keys = formatSearchKeys(key, utf8)
  const charset = !utf8 && /[\x80-\xff]/.test(keys) ? 'CHARSET UTF-8 ' : ''
  return `${returns === undefined ? '' : `${formatSearchReturn(returns)} `}${charset}${keys}`
}

/** Keys without brackets around them all. */
export function formatSearchKeys(key: SearchKey, utf8 = false): string {
  return key.key === 'and' ? key.and.map((each) => formatKey(each, utf8)).join(' ') : formatKey(key, utf8)
}

const flagKeys = new Map<string, string>()
for (const [word, key] of bareKeys) if (key.key === 'flag') flagKeys.set(`${key.set} ${key.flag}`, word)
const dateWords = new Map(Object.entries(dateKeys).map(([word, [of, when]]) => [`${of} ${when}`, word]))

function formatKey(key: SearchKey, utf8: boolean): string {
  switch (key.key) {
    case 'all':
      return 'ALL'
    case 'numbers':
      return key.uid ? `UID ${key.numbers}` : key.numbers.toString()
    case 'flag': {
      const word = flagKeys.get(`${key.set} ${key.flag}`)
      if (word !== undefined) return word
      if (!isAtom(key.flag.replace(/^\\/, ''))) throw new SyntaxFault('Not a keyword')
      return `${key.set ? '' : 'UN'}KEYWORD ${key.flag}`
    }
    case 'field':
      return `${key.field} ${formatString(key.text, utf8)}`
    case 'header':
      return `HEADER ${formatAstring(key.name)} ${formatString(key.text, utf8)}`
    case 'body':
      return `BODY ${formatString(key.text, utf8)}`
    case 'text':
      return `TEXT ${formatString(key.text, utf8)}`
    case 'date':
      return `${dateWords.get(`${key.of} ${key.when}`)} ${formatCalendarDate(key.date)}`
    case 'save-date-supported':
      return 'SAVEDATESUPPORTED'
    case 'size':
      return `${key.than.toUpperCase()} ${key.octets}`
    case 'age':
      return `${key.than.toUpperCase()} ${key.seconds}`
    case 'modseq': {
      const { entry } = key
      if (entry === undefined) return `MODSEQ ${key.modseq}`
      return `MODSEQ "${toWire(entry.name).replace(/["\\]/g, '\\$&')}" ${entry.type} ${key.modseq}`
    }
    case 'object-id':
      return `${key.of.toUpperCase()}ID ${formatAstring(key.id)}`
    case 'not':
      return `NOT ${formatKey(key.not, utf8)}`
    case 'or':
      return `OR ${formatKey(key.or[0], utf8)} ${formatKey(key.or[1], utf8)}`
    case 'and':
      return `(${key.and.map((each) => formatKey(each, utf8)).join(' ')})`
  }
}
