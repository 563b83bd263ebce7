import type { ImapArguments } from './arguments.ts'
import { type NumberSet, parseNumberSet } from './number-set.ts'
import { formatPartialRange, type PartialRange } from './sequence-set.ts'
import { formatString } from './strings.ts'
import type { UidList } from './uid-list.ts'

/** `SEARCH 2 84 882 (MODSEQ 917162500)` (RFC 9051 appendix E, RFC 7162 §3.1.5); SORT likewise, in its order. */
export function formatSearchResponse(
  name: 'SEARCH' | 'SORT',
  numbers: readonly number[],
  modseq?: number,
): string {
  const text = numbers.length === 0 ? name : `${name} ${numbers.join(' ')}`
  return modseq === undefined ? text : `${text} (MODSEQ ${modseq})`
}

/** Behind `SEARCH` or `SORT`. */
export function parseSearchResponse(args: ImapArguments): { numbers: number[]; modseq?: number } {
  const numbers: number[] = []
  while (args.hasMore()) {
    if (args.take('(MODSEQ ')) {
      const modseq = args.number64()
      args.expect(')')
      return { numbers, modseq }
    }
    // Exchange ends the line with a blank.
    if (args.peek() === ' ') continue
    numbers.push(args.nonZero())
  }
  return { numbers }
}

/** An answer to SEARCH with RETURN (RFC 4731, 9394, 7162). */
export type Esearch = {
  /** Tag of the command it answers. */
  tag?: string
  uid: boolean
  min?: number
  max?: number
  count?: number
  /** Not said when nothing was found. */
  all?: NumberSet
  /** The piece that was asked for; null when nothing was found in it. */
  partial?: { range: PartialRange; found: NumberSet | null }
  modseq?: number
}

/** An answer to SORT with RETURN (RFC 5267 §3.1): the same, but its numbers stand in the order of the sort. */
export type Esort = Omit<Esearch, 'all' | 'partial'> & {
  all?: UidList
  partial?: { range: PartialRange; found: UidList | null }
}

export function formatEsearch({ tag, uid, min, max, count, all, partial, modseq }: Esearch | Esort): string {
  let text = 'ESEARCH'
  if (tag !== undefined) text += ` (TAG ${formatString(tag)})`
  if (uid) text += ' UID'
  if (min !== undefined) text += ` MIN ${min}`
  if (max !== undefined) text += ` MAX ${max}`
  if (count !== undefined) text += ` COUNT ${count}`
  if (all !== undefined && all.size > 0) text += ` ALL ${all}`
  if (partial !== undefined) {
    const found = partial.found === null || partial.found.size === 0 ? 'NIL' : partial.found
    text += ` PARTIAL (${formatPartialRange(partial.range)} ${found})`
  }
  if (modseq !== undefined) text += ` MODSEQ ${modseq}`
  return text
}

/** Behind `ESEARCH`. Data nobody knows are skipped. */
export function parseEsearch(args: ImapArguments): Esearch {
  const esearch: Esearch = { uid: false }
  if (args.take(' (TAG ')) {
    esearch.tag = args.astring()
    args.expect(')')
  }
  if (args.take(' UID')) esearch.uid = true
  while (args.hasMore()) {
    const word = args.word()
    args.space()
    if (word === 'MIN') esearch.min = args.nonZero()
    else if (word === 'MAX') esearch.max = args.nonZero()
    else if (word === 'COUNT') esearch.count = args.number()
    else if (word === 'ALL') esearch.all = args.numberSet()
    else if (word === 'MODSEQ') esearch.modseq = args.number64()
    else if (word === 'PARTIAL') esearch.partial = parsePartial(args)
    else skip(args)
  }
  return esearch
}

function parsePartial(args: ImapArguments): { range: PartialRange; found: NumberSet | null } {
  args.expect('(')
  const range = args.partialRange()
  args.space()
  const found = args.nil() ? null : args.numberSet()
  args.expect(')')
  return { range, found }
}

function skip(args: ImapArguments): void {
  if (args.peek() === '(') args.list(() => skip(args))
  else if (args.match(/[\d:,*]+/y) === undefined) args.astringOctets()
}

/**
 * A thread (RFC 5256 §4): a message and what answers it. `number` null: the message is missing, its answers stand side by
 * side.
 */
export type ThreadNode = { number: number | null; children: readonly ThreadNode[] }

/** `THREAD (2)(3 6 (4 23)(44 7 96))`. Long chains cost no stack. */
export function formatThreads(threads: readonly ThreadNode[]): string {
  const texts: string[] = []
  // What is still to be written, last first: nodes that open a bracket, nodes that follow their parent, and closing ones.
  const left: ({ node: ThreadNode; opens: boolean } | ')')[] = []
  const open = (nodes: readonly ThreadNode[]) => {
    for (let at = nodes.length - 1; at >= 0; at--) left.push(')', { node: nodes[at]!, opens: true })
  }
  open(threads)
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next === ')') {
      texts.push(')')
      continue
    }
    const { node, opens } = next
    if (opens) texts.push('(')
    if (node.number !== null) texts.push(opens ? String(node.number) : ` ${node.number}`)
    const [only] = node.children
    if (node.children.length === 1 && only!.number !== null && node.number !== null)
      left.push({ node: only!, opens: false })
    else if (node.children.length > 0) {
      if (node.number !== null) texts.push(' ')
      open(node.children)
    }
  }
  return texts.length === 0 ? 'THREAD' : `THREAD ${texts.join('')}`
}

type OpenThread = {
  siblings: ThreadNode[]
  parent: { number: number | null; children: ThreadNode[] } | undefined
}

/** Behind `THREAD`. Long chains cost no stack. */
export function parseThreads(args: ImapArguments): ThreadNode[] {
  const threads: ThreadNode[] = []
  const open: OpenThread[] = []
  while (args.take(' '));
  while (!args.atEnd) {
    const innermost = open.at(-1)
    if (args.take('(')) {
      if (innermost !== undefined && innermost.parent === undefined) {
        innermost.parent = { number: null, children: [] }
        innermost.siblings.push(innermost.parent)
      }
      open.push({ siblings: innermost?.parent?.children ?? threads, parent: undefined })
    } else if (innermost === undefined) {
      if (!args.take(' ')) throw args.fault('Not a thread')
    } else if (args.take(')')) {
      if (innermost.parent === undefined) throw args.fault('A thread of nothing')
      open.pop()
    } else if (!args.take(' ')) {
      const node = { number: args.nonZero(), children: [] }
      if (innermost.parent === undefined) innermost.siblings.push(node)
      else innermost.parent.children.push(node)
      innermost.parent = node
    }
  }
  if (open.length > 0) throw args.fault('A thread without its end')
  return threads
}

/** `VANISHED (EARLIER) 1:5` (RFC 7162 §3.2.10): UIDs that are gone; `earlier`: before now, as an answer. */
export function formatVanished(uids: NumberSet, earlier: boolean): string {
  return `VANISHED ${earlier ? '(EARLIER) ' : ''}${uids}`
}

/** Behind `VANISHED`. */
export function parseVanished(args: ImapArguments): { uids: NumberSet; earlier: boolean } {
  args.space()
  const earlier = args.take('(EARLIER) ')
  return { uids: parseNumberSet(args.rest().trim()), earlier }
}
