import type { ImapArguments } from './arguments.ts'
import { formatMailboxName } from './mailbox-name.ts'
import type { NumberSet } from './number-set.ts'

/** What a client knows of a mailbox from before (RFC 7162 §3.2.5). */
export type Qresync = {
  uidValidity: number
  modseq: number
  knownUids?: NumberSet
  /** The nth number of `sequences` had the nth of `uids`. */
  matches?: { sequences: NumberSet; uids: NumberSet }
}

/** Arguments of SELECT and EXAMINE. */
export type Select = { mailbox: string; condstore?: true; qresync?: Qresync }

export function parseSelect(args: ImapArguments): Select {
  const select: Select = { mailbox: args.mailbox() }
  if (args.hasMore()) {
    args.listOfSome(() => {
      const word = args.word()
      if (word === 'CONDSTORE') {
        select.condstore = true
      } else if (word === 'QRESYNC') {
        args.space()
        select.qresync = parseQresync(args)
      } else {
        throw args.fault('Not a parameter of SELECT')
      }
    })
  }
  args.end()
  return select
}

function parseQresync(args: ImapArguments): Qresync {
  args.expect('(')
  const uidValidity = args.nonZero()
  args.space()
  const qresync: Qresync = { uidValidity, modseq: args.number64() }
  if (qresync.modseq === 0) throw args.fault('The mod-sequence is zero')
  let more = args.hasMore()
  if (more && args.peek() !== '(') {
    qresync.knownUids = args.numberSet()
    more = args.hasMore()
  }
  if (more) {
    args.expect('(')
    const sequences = args.numberSet()
    args.space()
    const uids = args.numberSet()
    args.expect(')')
    if (sequences.size !== uids.size) throw args.fault('As many UIDs as sequence numbers')
    qresync.matches = { sequences, uids }
  }
  args.expect(')')
  return qresync
}

export function formatSelect({ mailbox, condstore, qresync }: Select, utf8 = false): string {
  const parameters: string[] = []
  if (condstore) parameters.push('CONDSTORE')
  if (qresync !== undefined) {
    const { uidValidity, modseq, knownUids, matches } = qresync
    const known = knownUids === undefined ? '' : ` ${knownUids}`
    const match = matches === undefined ? '' : ` (${matches.sequences} ${matches.uids})`
    parameters.push(`QRESYNC (${uidValidity} ${modseq}${known}${match})`)
  }
  const name = formatMailboxName(mailbox, utf8)
  return parameters.length === 0 ? name : `${name} (${parameters.join(' ')})`
}
