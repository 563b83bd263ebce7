import { SyntaxFault } from '#src/base/syntax-fault.ts'
import type { ImapArguments } from './arguments.ts'
import { formatMailboxName } from './mailbox-name.ts'
import { formatAstring } from './strings.ts'

/** Standard rights of RFC 4314 §2.1, and `c` and `d` of RFC 2086, which stand for several of them. */
const rightsText = /^[a-z0-9]*$/

/** Rights as letters, each once, in the order they were given. `c` counts as `k`, `d` as `xte`, one of the two ways of RFC 4314 §2.1.1. */
function parseRights(text: string): string {
  if (!rightsText.test(text)) throw new SyntaxFault('Not rights: lower-case letters and digits')
  const expanded = text.replaceAll('c', 'ck').replaceAll('d', 'dxte')
  return [...new Set(expanded)].filter((right) => right !== 'c' && right !== 'd').join('')
}

/** Rights of an identifier: a user, `anyone`, or with `-` in front what is taken from it. */
export type AclEntry = { identifier: string; rights: string }
export type SetAcl = AclEntry & { mailbox: string; change: 'set' | 'add' | 'remove' }

export function parseSetAcl(args: ImapArguments): SetAcl {
  const mailbox = args.mailbox()
  args.space()
  const identifier = args.astring()
  args.space()
  const text = args.astring()
  args.end()
  const change = text.startsWith('+') ? 'add' : text.startsWith('-') ? 'remove' : 'set'
  return { mailbox, identifier, change, rights: parseRights(change === 'set' ? text : text.slice(1)) }
}

export function formatSetAcl({ mailbox, identifier, change, rights }: SetAcl, utf8 = false): string {
  const sign = change === 'add' ? '+' : change === 'remove' ? '-' : ''
  return `${formatMailboxName(mailbox, utf8)} ${formatAstring(identifier, utf8)} ${formatAstring(sign + rights)}`
}

/** Arguments of DELETEACL and LISTRIGHTS. */
export type AclSubject = { mailbox: string; identifier: string }

export function parseAclSubject(args: ImapArguments): AclSubject {
  const mailbox = args.mailbox()
  args.space()
  const identifier = args.astring()
  args.end()
  return { mailbox, identifier }
}

export function formatAclSubject({ mailbox, identifier }: AclSubject, utf8 = false): string {
  return `${formatMailboxName(mailbox, utf8)} ${formatAstring(identifier, utf8)}`
}

/** `ACL INBOX ann lrs`. */
export function formatAcl(mailbox: string, entries: readonly AclEntry[], utf8 = false): string {
  const texts = entries.map(
    ({ identifier, rights }) => `${formatAstring(identifier, utf8)} ${formatAstring(rights)}`,
  )
  return ['ACL', formatMailboxName(mailbox, utf8), ...texts].join(' ')
}

/** Behind `ACL `. */
export function parseAcl(args: ImapArguments): { mailbox: string; entries: AclEntry[] } {
  const mailbox = args.mailbox()
  const entries: AclEntry[] = []
  while (args.hasMore()) {
    const identifier = args.astring()
    args.space()
    entries.push({ identifier, rights: args.astring() })
  }
  return { mailbox, entries }
}

/** Rights an identifier always has, and groups of those it can be given, each group only as a whole. */
export type GrantableRights = AclSubject & { required: string; groups: readonly string[] }

/** `LISTRIGHTS INBOX ann "" l r s`. */
export function formatListRights(
  { mailbox, identifier, required, groups }: GrantableRights,
  utf8 = false,
): string {
  const subject = formatAclSubject({ mailbox, identifier }, utf8)
  return [
    'LISTRIGHTS',
    subject,
    formatAstring(required),
    ...groups.map((group) => formatAstring(group)),
  ].join(' ')
}

/** Behind `LISTRIGHTS `. */
export function parseListRights(args: ImapArguments): GrantableRights {
  const mailbox = args.mailbox()
  args.space()
  const identifier = args.astring()
  args.space()
  const required = args.astring()
  const groups: string[] = []
  while (args.hasMore()) groups.push(args.astring())
  return { mailbox, identifier, required, groups }
}

/** `MYRIGHTS INBOX lrs`. */
export function formatMyRights(mailbox: string, rights: string, utf8 = false): string {
  return `MYRIGHTS ${formatMailboxName(mailbox, utf8)} ${formatAstring(rights)}`
}

/** Behind `MYRIGHTS `. */
export function parseMyRights(args: ImapArguments): { mailbox: string; rights: string } {
  const mailbox = args.mailbox()
  args.space()
  return { mailbox, rights: args.astring() }
}
