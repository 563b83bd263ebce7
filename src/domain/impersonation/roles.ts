import { randomBytes, randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import type { OrganizationStore } from '../organization/store.ts'
import { Refusal } from '../refusal.ts'
import type { ImpersonationRole, ImpersonationRule } from './role.ts'

/** IMP-01. */
const IMPERSONATION_LIMITS = { roles: 20, rules: 10, usersOfRule: 10 } as const

export type WantedRole = Pick<ImpersonationRole, 'name' | 'type' | 'description' | 'rules'>

const SECRET_OCTETS = 32

/** The answer is the new role's id. Refuses `limit-exceeded`, `invalid-parameter`. */
export async function createImpersonationRole(
  organizations: OrganizationStore,
  organization: OrganizationId,
  wanted: WantedRole,
  now: number,
): Promise<string> {
  requireRules(wanted.rules)
  const role: ImpersonationRole = {
    ...wanted,
    id: randomUUID(),
    createdAt: now,
    modifiedAt: now,
    secret: randomBytes(SECRET_OCTETS).toString('base64'),
  }
  await organizations.changeSettings(organization, ({ impersonationRoles: known }) => {
    if (known.length >= IMPERSONATION_LIMITS.roles)
      throw new Refusal(
        'limit-exceeded',
        `An organisation has at most ${IMPERSONATION_LIMITS.roles} impersonation roles.`,
      )
    return { impersonationRoles: [...known, role] }
  })
  return role.id
}

/** Its tokens stay good, and do what the role says from now on. Refuses `no-such-item`, `limit-exceeded`, `invalid-parameter`. */
export async function updateImpersonationRole(
  organizations: OrganizationStore,
  organization: OrganizationId,
  id: string,
  wanted: WantedRole,
  now: number,
): Promise<void> {
  requireRules(wanted.rules)
  await organizations.changeSettings(organization, ({ impersonationRoles: known }) => {
    if (!known.some((role) => role.id === id)) throw noRole(id)
    const changed = known.map((role) => (role.id === id ? { ...role, ...wanted, modifiedAt: now } : role))
    return { impersonationRoles: changed }
  })
}

/** With it end its tokens. That there is none is nothing. */
export async function removeImpersonationRole(
  organizations: OrganizationStore,
  organization: OrganizationId,
  id: string,
): Promise<void> {
  await organizations.changeSettings(organization, ({ impersonationRoles: known }) => ({
    impersonationRoles: known.filter((role) => role.id !== id),
  }))
}

/** Refuses `no-such-item`. */
export async function getImpersonationRole(
  organizations: Pick<OrganizationStore, 'get'>,
  organization: OrganizationId,
  id: string,
): Promise<ImpersonationRole> {
  const { settings } = await organizations.get(organization)
  const role = settings.impersonationRoles.find((each) => each.id === id)
  if (role === undefined) throw noRole(id)
  return role
}

const noRole = (id: string) =>
  new Refusal('no-such-item', `There is no impersonation role ${id}. List them to see their ids.`)

function requireRules(rules: readonly ImpersonationRule[]): void {
  const { rules: most, usersOfRule } = IMPERSONATION_LIMITS
  if (rules.length > most)
    throw new Refusal('limit-exceeded', `An impersonation role has at most ${most} rules.`)
  if (new Set(rules.map(({ id }) => id)).size < rules.length)
    throw new Refusal('invalid-parameter', 'The rules of an impersonation role have different ids.')
  for (const { id, users, notUsers } of rules) {
    if ((users?.length ?? 0) > usersOfRule || (notUsers?.length ?? 0) > usersOfRule)
      throw new Refusal('limit-exceeded', `The rule ${id} names more than ${usersOfRule} users.`)
    if (users?.length === 0 || notUsers?.length === 0)
      throw new Refusal('invalid-parameter', `The rule ${id} names nobody. Leave the list out to mean all.`)
  }
}
