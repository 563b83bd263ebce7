import type { ImapArguments } from './arguments.ts'
import { formatMailboxName } from './mailbox-name.ts'
import { formatAstring } from './strings.ts'

/** A resource of a quota root (RFC 9208 §5): STORAGE in units of 1024 octets, MESSAGE, MAILBOX, ANNOTATION-STORAGE. */
export type QuotaResource = { resource: string; usage: number; limit: number }
export type Quota = { root: string; resources: readonly QuotaResource[] }

/** `QUOTA "" (STORAGE 10 512)`. */
export function formatQuota({ root, resources }: Quota, utf8 = false): string {
  const texts = resources.map(({ resource, usage, limit }) => `${resource} ${usage} ${limit}`)
  return `QUOTA ${formatAstring(root, utf8)} (${texts.join(' ')})`
}

/** Behind `QUOTA `. */
export function parseQuota(args: ImapArguments): Quota {
  const root = args.astring()
  args.space()
  const resources = args.list(() => {
    const resource = args.atom().toUpperCase()
    args.space()
    const usage = args.number64()
    args.space()
    return { resource, usage, limit: args.number64() }
  })
  return { root, resources }
}

/** `QUOTAROOT INBOX ""`. */
export function formatQuotaRoots(mailbox: string, roots: readonly string[], utf8 = false): string {
  return [
    'QUOTAROOT',
    formatMailboxName(mailbox, utf8),
    ...roots.map((root) => formatAstring(root, utf8)),
  ].join(' ')
}

/** Behind `QUOTAROOT `. */
export function parseQuotaRoots(args: ImapArguments): { mailbox: string; roots: string[] } {
  const mailbox = args.mailbox()
  const roots: string[] = []
  while (args.hasMore()) roots.push(args.astring())
  return { mailbox, roots }
}

/** Arguments of SETQUOTA. */
export type SetQuota = { root: string; limits: readonly { resource: string; limit: number }[] }

export function parseSetQuota(args: ImapArguments): SetQuota {
  const root = args.astring()
  args.space()
  const limits = args.list(() => {
    const resource = args.atom().toUpperCase()
    args.space()
    return { resource, limit: args.number64() }
  })
  args.end()
  return { root, limits }
}

export function formatSetQuota({ root, limits }: SetQuota, utf8 = false): string {
  return `${formatAstring(root, utf8)} (${limits.map(({ resource, limit }) => `${resource} ${limit}`).join(' ')})`
}
