import { mailboxesOf, parseAddressField } from '../address/mailbox-list.ts'
import { type HeaderField, unfold } from '../header/fields.ts'

/** What kind of answer is meant: Outlook's suppression names them apart. */
export type AutoReply = 'out-of-office' | 'rule'

/** Why a message must not be answered automatically (RFC 3834 §2). */
type NoAnswer = 'null-sender' | 'system-sender' | 'automatic' | 'bulk' | 'list' | 'suppressed' | 'report'

/** RFC 3834 §2, and names that programs use: nobody reads what is sent to them, or they answer themselves. */
const systemSenders =
  /^(?:mailer-daemon|postmaster|daemon|listserv|majordomo|mailman|listproc|no[._-]?reply|do[._-]?not[._-]?reply|bounces?|bounces?[+=-].*|owner-.*|.*-(?:request|owner|bounces?|noreply))$/i

/** PidTagAutoResponseSuppress as Exchange writes it (MS-OXCMAIL §2.2.3.2.14). */
const suppressing: Record<AutoReply, ReadonlySet<string>> = {
  'out-of-office': new Set(['all', 'oof', 'autoreply']),
  rule: new Set(['all', 'autoreply']),
}

/**
 * Why a message may not be answered automatically, or undefined when it may (RFC 3834 §2). `sender` is that of the envelope,
 * empty for the null sender. `fields` are those of its header.
 */
export function findNoAnswer(
  sender: string,
  fields: readonly HeaderField[],
  reply: AutoReply,
): NoAnswer | undefined {
  if (sender === '' || sender === '<>') return 'null-sender'
  if (systemSenders.test(sender.slice(0, sender.lastIndexOf('@')))) return 'system-sender'
  for (const { key, value } of fields) {
    const reason = reasonIn(key, value, reply)
    if (reason) return reason
  }
  return undefined
}

function reasonIn(key: string, value: string, reply: AutoReply): NoAnswer | undefined {
  const text = () => unfold(value).toLowerCase()
  switch (key) {
    case 'auto-submitted':
      // RFC 3834 §5: whatever is not "no"; comments and parameters may follow.
      return /^no(?:[\s;(]|$)/.test(text()) ? undefined : 'automatic'
    case 'x-autoreply':
    case 'x-autorespond':
    case 'x-autoresponse':
    case 'x-auto-reply':
      return text() === 'no' ? undefined : 'automatic'
    case 'precedence':
      return /^(?:bulk|junk|list|auto_reply)\b/.test(text()) ? 'bulk' : undefined
    case 'x-auto-response-suppress':
      return text()
        .split(/[\s,;]+/)
        .some((word) => suppressing[reply].has(word))
        ? 'suppressed'
        : undefined
    case 'return-path':
      return text() === '<>' ? 'null-sender' : undefined
    case 'content-type':
      return /^multipart\/report\b/.test(text()) ? 'report' : undefined
    case 'from':
      return mailboxesOf(parseAddressField(value)).some(({ mailbox }) => /^mailer-daemon$/i.test(mailbox))
        ? 'system-sender'
        : undefined
    default:
      return /^list-(?:id|post|help|subscribe|unsubscribe|owner|archive)$/.test(key) ? 'list' : undefined
  }
}

/**
 * Whether one of `addresses` (normalised) stands in To, Cc or their Resent- forms: RFC 3834 §2 lets a person's own responder
 * answer only what was addressed to that person.
 */
export function isAddressedTo(fields: readonly HeaderField[], addresses: ReadonlySet<string>): boolean {
  return fields
    .filter(({ key }) => /^(?:resent-)?(?:to|cc)$/.test(key))
    .flatMap(({ value }) => mailboxesOf(parseAddressField(value)))
    .some(({ mailbox, host }) => addresses.has(`${mailbox}@${host}`.toLowerCase()))
}
