import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { formatMailboxName } from './mailbox-name.ts'

/** RFC 9051 §6.3.11, RFC 3501, 7162, 7889, 8438, 8474, 9208. */
export const statusItems = [
  'MESSAGES',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'SIZE',
  'RECENT',
  'HIGHESTMODSEQ',
  'APPENDLIMIT',
  'MAILBOXID',
  'DELETED-STORAGE',
] as const

export type StatusItem = (typeof statusItems)[number]

/** Values by item. APPENDLIMIT null: no limit of its own. SIZE is octets, DELETED-STORAGE units of 1024 octets. */
export type MailboxStatus = {
  [Item in Exclude<StatusItem, 'MAILBOXID' | 'APPENDLIMIT'>]?: number
} & { MAILBOXID?: string; APPENDLIMIT?: number | null }

const known: ReadonlySet<string> = new Set(statusItems)

/** `(MESSAGES UNSEEN)`. */
export function parseStatusItems(args: ImapArguments): StatusItem[] {
  const items = args.listOfSome(() => {
    const word = args.word()
    if (!known.has(word) || (args.rev2 && word === 'RECENT')) throw args.fault('Not a status item')
    return word as StatusItem
  })
  return [...new Set(items)]
}

/** Arguments of STATUS. */
export type StatusRequest = { mailbox: string; items: readonly StatusItem[] }

export function parseStatus(args: ImapArguments): StatusRequest {
  const mailbox = args.mailbox()
  args.space()
  const items = parseStatusItems(args)
  args.end()
  return { mailbox, items }
}

export function formatStatus({ mailbox, items }: StatusRequest, utf8 = false): string {
  return `${formatMailboxName(mailbox, utf8)} (${items.join(' ')})`
}

/** `STATUS name (…)`, items in the order of `statusItems`. */
export function formatStatusResponse(mailbox: string, status: MailboxStatus, utf8 = false): string {
  const values: string[] = []
  for (const item of statusItems) {
    const value = status[item]
    if (value === undefined) continue
    values.push(item === 'MAILBOXID' ? `${item} (${value})` : `${item} ${value ?? 'NIL'}`)
  }
  return `STATUS ${formatMailboxName(mailbox, utf8)} (${values.join(' ')})`
}

/** Behind `STATUS `. Items nobody knows are skipped. */
export function parseStatusResponse(args: ImapArguments): { mailbox: string; status: MailboxStatus } {
  const mailbox = args.mailbox()
  args.space()
  const status: MailboxStatus = {}
  args.list(() => {
    const item = args.word()
    args.space()
    if (item === 'MAILBOXID') {
      args.expect('(')
      status.MAILBOXID = args.atom()
      args.expect(')')
    } else if (item === 'APPENDLIMIT') {
      status.APPENDLIMIT = args.nil() ? null : args.number64()
    } else if (args.peek() === '(') {
      skipList(args)
    } else if (!args.nil()) {
      const value = args.number64()
      if (known.has(item)) status[item as 'MESSAGES'] = value
    }
  })
  if (!args.atEnd && args.peek() !== ' ') throw new SyntaxFault('Something is too much in STATUS')
  return { mailbox, status }
}

function skipList(args: ImapArguments): void {
  args.list(() => {
    if (args.peek() === '(') skipList(args)
    else if (!args.nil()) args.astringOctets()
  })
}
