import { ACCOUNTS, ATTRIBUTES, PHOTO, RIGHTS_ATTRIBUTES } from './attributes.ts'
import { DirSync } from './dirsync-control.ts'
import type { LdapConnection } from './ldap-connection.ts'
import { LdapFault } from './ldap-fault.ts'

/** Deleted objects have no alias any more. Who lost the alias is found by the sweep over all keys. */
const FILTER = '(|(mailNickname=*)(isDeleted=TRUE))'
const FILTER_WITH_ACCOUNTS = `(|${FILTER}${ACCOUNTS})`
/** Who is renamed or moved has another `name` and nothing else. */
const ASKED = [...ATTRIBUTES, ...RIGHTS_ATTRIBUTES, PHOTO, 'name', 'isDeleted']
const MOST_ANSWERS = 100_000

/** Protocol error, critical extension not available, unwilling: what servers say to a cookie that is damaged or too old. */
const COOKIE_REFUSED: ReadonlySet<number> = new Set([2, 12, 53])

export function refusesCookie(error: unknown): boolean {
  return error instanceof LdapFault && error.trouble === 'result' && COOKIE_REFUSED.has(error.code)
}

/**
 * Keys (octets) of the objects of a naming context that changed since the cookie, and the cookie for the next time. Without a cookie
 * everything changed: then only the new one is of interest. Deleted ones are left out. LdapFault.
 */
export async function changedSince(
  connection: LdapConnection,
  { namingContext, accounts }: { namingContext: string; accounts: boolean },
  since: Buffer | null,
): Promise<{ keys: readonly Buffer[]; cookie: Buffer }> {
  const changed = new Map<string, Buffer>()
  let cookie = since ?? Buffer.alloc(0)
  for (let answers = 0; answers < MOST_ANSWERS; answers++) {
    const control = new DirSync(cookie)
    const { entries } = await connection.search({
      base: namingContext,
      scope: 'sub',
      filter: accounts ? FILTER_WITH_ACCOUNTS : FILTER,
      attributes: since === null ? ['objectGUID'] : ASKED,
      controls: [control],
    })
    if (control.cookie.length === 0) throw new LdapFault('result', 'the answer to DirSync has no cookie', 12)
    cookie = control.cookie
    for (const entry of since === null ? [] : entries) {
      const key = entry.octets('objectGUID')
      if (key !== undefined && !entry.isTrue('isDeleted')) changed.set(key.toString('hex'), key)
    }
    if (!control.hasMore) return { keys: [...changed.values()], cookie }
  }
  throw new LdapFault('result', `${MOST_ANSWERS} answers to DirSync without an end`, 51)
}
