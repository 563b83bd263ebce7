import { z } from 'zod'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { enabled } from '#src/domain/directory/entry-changes.ts'
import type { ImpersonationRole, ImpersonationRule } from '#src/domain/impersonation/role.ts'
import type { WantedRole } from '#src/domain/impersonation/roles.ts'
import type { Store } from '#src/domain/store.ts'
import { formatTimestamp, type JsonObject } from '#src/wire/aws/json-rpc.ts'
import { getNamed, present } from './entries.ts'
import { entity } from './fields.ts'

/** The members that actions on impersonation roles share (IMP-01; limits of the API model, section 19). */

export const roleId = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-zA-Z0-9_-]+$/, 'must be letters, digits, hyphens and underscores')

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\x00-\x1f\x7f<>\\]+$/, 'must not hold control characters or < > \\')
const description = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f<>\\]+$/, 'must not hold control characters or < > \\')
const users = z.array(entity).min(1).max(10)

const rule = z.object({
  ImpersonationRuleId: roleId,
  Name: name.optional(),
  Description: description.optional(),
  Effect: z.enum(['ALLOW', 'DENY']),
  TargetUsers: users.optional(),
  NotTargetUsers: users.optional(),
})

export const roleFields = {
  Name: name,
  Type: z.enum(['FULL_ACCESS', 'READ_ONLY']),
  Description: description.optional(),
  Rules: z.array(rule).max(10),
}

type GivenRole = z.output<z.ZodObject<typeof roleFields>>

/** The role that is asked for, its users by their ids. Refuses `no-such-entry`, `wrong-state`. */
export async function wantedRole(
  store: Store,
  organization: OrganizationId,
  given: GivenRole,
): Promise<WantedRole> {
  const ids = async (texts: readonly string[] | undefined): Promise<EntryId[] | null> => {
    if (texts === undefined) return null
    const found: EntryId[] = []
    for (const text of texts) found.push(enabled(await getNamed(store, organization, text, 'user')).id)
    return [...new Set(found)]
  }
  const rules: ImpersonationRule[] = []
  for (const each of given.Rules) {
    rules.push({
      id: each.ImpersonationRuleId,
      name: each.Name ?? null,
      description: each.Description ?? null,
      effect: each.Effect,
      users: await ids(each.TargetUsers),
      notUsers: await ids(each.NotTargetUsers),
    })
  }
  return { name: given.Name, type: given.Type, description: given.Description ?? null, rules }
}

/** As lists tell a role. */
export const roleSummary = (role: ImpersonationRole): JsonObject => ({
  ImpersonationRoleId: role.id,
  Name: role.name,
  Type: role.type,
  DateCreated: formatTimestamp(role.createdAt),
  DateModified: formatTimestamp(role.modifiedAt),
})

export const roleMembers = (role: ImpersonationRole): JsonObject =>
  present({
    ...roleSummary(role),
    Description: role.description ?? undefined,
    Rules: role.rules.map((each) =>
      present({
        ...matchedRule(each),
        Description: each.description ?? undefined,
        Effect: each.effect,
        TargetUsers: each.users ? [...each.users] : undefined,
        NotTargetUsers: each.notUsers ? [...each.notUsers] : undefined,
      }),
    ),
  })

export const matchedRule = ({ id, name: said }: ImpersonationRule): JsonObject =>
  present({ ImpersonationRuleId: id, Name: said ?? undefined })
