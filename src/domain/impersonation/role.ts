import type { EntryId } from '#src/base/ids.ts'

/** What programs that take on a role may do in a mailbox: everything its owner may, or look (IMP-01). */
type ImpersonationType = 'FULL_ACCESS' | 'READ_ONLY'

/** For whom a role is. Without `users` and `notUsers` it is for everybody; with both a user must be meant by both. */
export type ImpersonationRule = {
  /** Chosen by the administrator, unique in the role. */
  id: string
  name: string | null
  description: string | null
  effect: 'ALLOW' | 'DENY'
  users: readonly EntryId[] | null
  /** Everybody but these. */
  notUsers: readonly EntryId[] | null
}

/** What a program may take on to work in the mailboxes of others. */
export type ImpersonationRole = {
  id: string
  name: string
  type: ImpersonationType
  description: string | null
  rules: readonly ImpersonationRule[]
  /** Epoch milliseconds. */
  createdAt: number
  modifiedAt: number
  /** Makes and proves its tokens, 32 octets in base64; known to nobody, and gone with the role. */
  secret: string
}

type ImpersonationEffect = { effect: 'ALLOW' | 'DENY'; matched: readonly ImpersonationRule[] }

/** Whether a role is for a user: one rule that denies outweighs all that allow, and what no rule is for is denied (IMP-01). */
export function effectOn({ rules }: Pick<ImpersonationRole, 'rules'>, user: EntryId): ImpersonationEffect {
  const meant = rules.filter(
    ({ users, notUsers }) => (users?.includes(user) ?? true) && !(notUsers?.includes(user) ?? false),
  )
  const denying = meant.filter(({ effect }) => effect === 'DENY')
  if (denying.length > 0) return { effect: 'DENY', matched: denying }
  return { effect: meant.length > 0 ? 'ALLOW' : 'DENY', matched: meant }
}
