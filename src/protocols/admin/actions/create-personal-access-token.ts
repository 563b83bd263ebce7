import { z } from 'zod'
import { createPersonalAccessToken as create, TOKEN_SCOPES } from '#src/domain/directory/login/token.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'
import { formatToken } from '../token-members.ts'

/** Ours, as WorkMail makes them in its webmail only. The answer is the one place where the secret is shown. */
export const createPersonalAccessToken = defineAction({
  name: 'CreatePersonalAccessToken',
  input: z.object({
    ...inOrganization,
    UserId: entity,
    Name: z
      .string()
      .min(1)
      .max(64)
      .regex(/^[^\x00-\x1f\x7f<>\\]+$/, 'must not hold control characters or < > \\'),
    Scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(10).optional(),
    LifetimeInDays: z.number().int().min(1).max(3653).optional(),
  }),
  run: async ({ store, now }, input) => {
    const user = await getNamed(store, input.OrganizationId, input.UserId, 'user')
    const wanted = {
      entry: user.id,
      name: input.Name,
      ...(input.Scopes !== undefined && { scopes: input.Scopes }),
      ...(input.LifetimeInDays !== undefined && { days: input.LifetimeInDays }),
    }
    const { token, secret } = await create(store, input.OrganizationId, wanted, now())
    return { ...formatToken(token), PersonalAccessToken: secret }
  },
})
