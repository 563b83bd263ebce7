import type { ImapArguments } from './arguments.ts'
import { parseSearchKeys, savingNothing } from './search.ts'
import { formatSearchKeys } from './search-format.ts'
import type { SearchKey } from './search-key.ts'
import { formatSearchReturn, parseSearchReturn, type SearchReturn } from './search-return.ts'
import { formatAstring } from './strings.ts'

/** RFC 5256 §3, and the two of RFC 5957. */
export const sortFields = [
  'ARRIVAL',
  'CC',
  'DATE',
  'FROM',
  'SIZE',
  'SUBJECT',
  'TO',
  'DISPLAYFROM',
  'DISPLAYTO',
] as const
export type SortField = (typeof sortFields)[number]
type SortCriterion = { field: SortField; reverse: boolean }

/** Arguments of SORT and UID SORT (RFC 5256 §3). `returns` is of RFC 5267 §3 (ESORT). */
type Sort = {
  returns?: SearchReturn
  criteria: readonly SortCriterion[]
  charset: string
  key: SearchKey
}

const fields: ReadonlySet<string> = new Set(sortFields)

export function parseSort(args: ImapArguments): Sort {
  const returns = parseSearchReturn(args)
  const criteria = args.listOfSome(() => {
    const reverse = args.takeWord('REVERSE')
    if (reverse) args.space()
    const field = args.word()
    if (!fields.has(field)) throw args.fault('Not a thing to sort by')
    return { field: field as SortField, reverse }
  })
  args.space()
  const charset = args.astring()
  args.space()
  const key = savingNothing(returns, () => parseSearchKeys(args, charset))
  return { ...(returns === undefined ? {} : { returns }), criteria, charset, key }
}

/** The charset is always UTF-8: so are the texts. */
export function formatSort({ returns, criteria, key }: Omit<Sort, 'charset'>, utf8 = false): string {
  const by = criteria.map(({ field, reverse }) => (reverse ? `REVERSE ${field}` : field)).join(' ')
  const prefix = returns === undefined ? '' : `${formatSearchReturn(returns)} `
  return `${prefix}(${by}) UTF-8 ${formatSearchKeys(key, utf8)}`
}

/** Arguments of THREAD and UID THREAD (RFC 5256 §3): the algorithm in upper case, known or not. */
type Thread = { algorithm: string; charset: string; key: SearchKey }

export function parseThread(args: ImapArguments): Thread {
  const algorithm = args.astring().toUpperCase()
  args.space()
  const charset = args.astring()
  args.space()
  return { algorithm, charset, key: parseSearchKeys(args, charset) }
}

export function formatThread({ algorithm, key }: Omit<Thread, 'charset'>, utf8 = false): string {
  return `${formatAstring(algorithm)} UTF-8 ${formatSearchKeys(key, utf8)}`
}
