import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { decodeModifiedUtf7 } from './modified-utf7.ts'

/** What Gmail adds to FETCH where it offers X-GM-EXT-1 (its "IMAP extensions"); asked by clients, never answered here. */
export type GmailAttribute = { item: 'X-GM-MSGID' | 'X-GM-LABELS' }

export type GmailDatum =
  /** 64 bits, the same in every folder that shows the message; kept as digits because numbers hold only 53. */
  | { item: 'X-GM-MSGID'; id: string }
  /** As people read them; those of the system with a backslash (`\Inbox`, `\Sent`). The folder that is selected is not among them. */
  | { item: 'X-GM-LABELS'; labels: readonly string[] }

/** The value behind `X-GM-… `. SyntaxFault. */
export function parseGmailDatum(args: ImapArguments, item: GmailDatum['item']): GmailDatum {
  if (item === 'X-GM-LABELS') return { item, labels: args.nil() ? [] : args.list(() => parseLabel(args)) }
  const id = args.match(/\d{1,20}/y)?.[0]
  if (id === undefined) throw args.fault('Not a message id of Gmail')
  return { item, id }
}

function parseLabel(args: ImapArguments): string {
  const label = args.match(/\\[A-Za-z]+/y)?.[0] ?? args.astring()
  try {
    return decodeModifiedUtf7(label)
  } catch (error) {
    // With UTF8=ACCEPT labels are written as they are.
    if (error instanceof SyntaxFault) return label
    throw error
  }
}
