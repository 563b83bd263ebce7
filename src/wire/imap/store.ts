import type { ImapArguments } from './arguments.ts'
import { formatFlagList } from './flags.ts'
import type { SequenceSet } from './sequence-set.ts'

/** Arguments of STORE and UID STORE (RFC 9051 §6.4.6, RFC 7162 §3.1.3). */
export type StoreFlags = {
  set: SequenceSet
  change: 'set' | 'add' | 'remove'
  silent: boolean
  flags: readonly string[]
  unchangedSince?: number
}

const changes = { '': 'set', '+': 'add', '-': 'remove' } as const
const signs = { set: '', add: '+', remove: '-' } as const

export function parseStore(args: ImapArguments): StoreFlags {
  const set = args.sequenceSet()
  args.space()
  let unchangedSince: number | undefined
  if (args.peek() === '(') {
    ;[unchangedSince] = args.listOfSome(() => {
      if (!args.takeWord('UNCHANGEDSINCE')) throw args.fault('Not a modifier of STORE')
      args.space()
      return args.number64()
    })
    args.space()
  }
  const sign = args.match(/[+-]?/y)![0] as '' | '+' | '-'
  const word = args.word()
  if (word !== 'FLAGS' && word !== 'FLAGS.SILENT') throw args.fault('Only FLAGS can be stored')
  args.space()
  const flags = args.peek() === '(' ? args.flagList() : bareFlags(args)
  args.end()
  const store = { set, change: changes[sign], silent: word === 'FLAGS.SILENT', flags }
  if (flags.includes('\\*')) throw args.fault('\\* is no flag')
  return unchangedSince === undefined ? store : { ...store, unchangedSince }
}

function bareFlags(args: ImapArguments): string[] {
  const flags = [args.flag()]
  while (args.hasMore()) flags.push(args.flag())
  return flags
}

export function formatStore({ set, change, silent, flags, unchangedSince }: StoreFlags): string {
  const modifier = unchangedSince === undefined ? '' : `(UNCHANGEDSINCE ${unchangedSince}) `
  return `${set} ${modifier}${signs[change]}FLAGS${silent ? '.SILENT' : ''} ${formatFlagList(flags)}`
}
