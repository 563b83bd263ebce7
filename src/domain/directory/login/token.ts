import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../refusal.ts'
import type { Store } from '../../store.ts'
import { requireEnabled } from '../entry-changes.ts'
import { DAY_MS, LIMITS } from '../limits.ts'
import { invalid, requireText } from '../names.ts'
import type { Token } from '../store.ts'

/** Found by scanners for secrets that were published by mistake. */
const PREFIX = 'lbpat_'
const SECRET_BYTES = 24
const SHAPE = /^lbpat_[A-Za-z0-9_-]{32}$/

export const TOKEN_SCOPES = ['imap', 'smtp', 'ews', 'eas', 'jmap', 'dav'] as const

/** Whether a secret can only be a personal access token. */
export const looksLikeToken = (secret: string): boolean => SHAPE.test(secret)

/** What a token is found by: its secret itself is kept nowhere. */
export const digestOfToken = (secret: string): string => createHash('sha256').update(secret).digest('base64')

/**
 * Makes a personal access token of 192 random bits for an enabled user (IDC-02); the answer is the only place
 * where its secret is ever shown. Its life is the organisation's setting unless `days` is shorter.
 * Refuses `wrong-state`, `limit-exceeded`, `invalid-parameter`.
 */
export async function createPersonalAccessToken(
  store: Store,
  organization: OrganizationId,
  token: { entry: EntryId; name: string; scopes?: readonly string[]; days?: number },
  now: number,
): Promise<{ token: Token; secret: string }> {
  const { settings } = await store.organizations.get(organization)
  if (settings.personalAccessTokens !== 'ACTIVE') {
    throw new Refusal(
      'wrong-state',
      'Personal access tokens are switched off in this organisation. An administrator can switch them on.',
    )
  }
  const days = requireTokenDays(
    Math.min(token.days ?? settings.personalAccessTokenDays, settings.personalAccessTokenDays),
  )
  const secret = PREFIX + randomBytes(SECRET_BYTES).toString('base64url')
  const made: Token = {
    id: randomUUID(),
    entry: token.entry,
    name: requireText('The name of a token', token.name, 64),
    scopes: requireScopes(token.scopes ?? TOKEN_SCOPES),
    createdAt: now,
    expiresAt: now + days * DAY_MS,
    lastUsedAt: null,
  }
  await store.transact({ organization }, async ({ directory }) => {
    await requireEnabled(directory, organization, token.entry, 'user')
    const { next } = await directory.listTokens(organization, {
      entry: token.entry,
      limit: LIMITS.tokensPerUser - 1,
    })
    if (next !== null) {
      throw new Refusal(
        'limit-exceeded',
        `A user has at most ${LIMITS.tokensPerUser} personal access tokens. Delete one that is not used any more.`,
      )
    }
    await directory.createToken(organization, made, digestOfToken(secret))
  })
  return { token: made, secret }
}

/** Refuses `no-such-token`, also where it is another user's. */
export async function deletePersonalAccessToken(
  store: Store,
  organization: OrganizationId,
  id: string,
  of?: EntryId,
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    const token = await directory.findToken(organization, { id })
    if (!token || (of !== undefined && token.entry !== of)) {
      throw new Refusal(
        'no-such-token',
        `There is no personal access token ${id}. List the tokens to see their ids.`,
      )
    }
    await directory.removeToken(organization, id)
  })
}

/** IDC-02. Refuses `invalid-parameter`. */
function requireTokenDays(days: number): number {
  if (Number.isInteger(days) && days >= LIMITS.tokenDaysLeast && days <= LIMITS.tokenDaysMost) return days
  throw invalid(`A personal access token lives ${LIMITS.tokenDaysLeast} to ${LIMITS.tokenDaysMost} days.`)
}

function requireScopes(scopes: readonly string[]): readonly string[] {
  const unknown = scopes.find((scope) => !(TOKEN_SCOPES as readonly string[]).includes(scope))
  if (unknown === undefined && scopes.length > 0) return [...new Set(scopes)]
  throw invalid(`A personal access token is for one or more of ${TOKEN_SCOPES.join(', ')}.`)
}
