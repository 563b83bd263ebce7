import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { encodePhrase } from '../header/encode-words.ts'
import { formatAddrSpec } from './addr-spec.ts'
import type { AddressEntry, Mailbox } from './mailbox-list.ts'

/** `Name <user@host>` or `user@host`, the name encoded (RFC 2047) or quoted as needed. SyntaxFault for a bad address. */
function formatMailbox({ name, mailbox, host }: Mailbox): string {
  const address = formatAddrSpec({ mailbox, host })
  if (/[^\x00-\x7f]/.test(address)) throw new SyntaxFault('an address outside ASCII needs SMTPUTF8')
  return name === undefined || name === '' ? address : `${encodePhrase(name)} <${address}>`
}

/** A list for a From, To or Cc field (RFC 5322 §3.4), unfolded. SyntaxFault as `formatMailbox`. */
export function formatMailboxList(entries: readonly AddressEntry[]): string {
  return entries
    .map((entry) =>
      'members' in entry
        ? `${encodePhrase(entry.group)}: ${entry.members.map(formatMailbox).join(', ')};`
        : formatMailbox(entry),
    )
    .join(', ')
}
