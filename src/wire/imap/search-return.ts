import type { ImapArguments } from './arguments.ts'
import { formatPartialRange, type PartialRange } from './sequence-set.ts'

/** What SEARCH is to answer with (RFC 4731, 5182, 9394). */
export type SearchReturn = {
  min: boolean
  max: boolean
  all: boolean
  count: boolean
  /** Keeps the result as `$`. */
  save: boolean
  partial?: PartialRange
}

const plain = new Set(['MIN', 'MAX', 'ALL', 'COUNT', 'SAVE'])

/** `RETURN (…) ` with its blank, if it is here. `RETURN ()` is ALL. */
export function parseSearchReturn(args: ImapArguments): SearchReturn | undefined {
  if (!args.takeWord('RETURN')) return undefined
  args.space()
  const said = new Set<string>()
  let partial: PartialRange | undefined
  args.list(() => {
    const word = args.word()
    if (word === 'PARTIAL') {
      if (partial !== undefined) throw args.fault('PARTIAL is said twice')
      args.space()
      partial = args.partialRange()
    } else if (!plain.has(word)) {
      throw args.fault('Not a thing a search returns')
    }
    said.add(word)
  })
  args.space()
  // RFC 9394 §3.1: one tells the whole result, the other a piece of it.
  if (partial !== undefined && said.has('ALL')) throw args.fault('Both ALL and PARTIAL')
  return {
    min: said.has('MIN'),
    max: said.has('MAX'),
    all: said.has('ALL') || said.size === 0,
    count: said.has('COUNT'),
    save: said.has('SAVE'),
    ...(partial === undefined ? {} : { partial }),
  }
}

export function formatSearchReturn({ min, max, all, count, save, partial }: SearchReturn): string {
  const words: string[] = []
  if (min) words.push('MIN')
  if (max) words.push('MAX')
  if (all) words.push('ALL')
  if (count) words.push('COUNT')
  if (save) words.push('SAVE')
  if (partial !== undefined) words.push(`PARTIAL ${formatPartialRange(partial)}`)
  return `RETURN (${words.join(' ')})`
}
