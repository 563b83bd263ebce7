import { z } from 'zod'
import { resetPassword as reset } from '#src/domain/directory/users.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization, password } from '../fields.ts'

export const resetPassword = defineAction({
  name: 'ResetPassword',
  input: z.object({ ...inOrganization, UserId: entity, Password: password }),
  run: async ({ store, passwords, now }, input) => {
    const user = await getNamed(store, input.OrganizationId, input.UserId, 'user')
    await reset({ store, passwords }, input.OrganizationId, user.id, input.Password, now())
    return {}
  },
})
