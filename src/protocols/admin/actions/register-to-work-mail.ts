import { z } from 'zod'
import { registerToWorkMail as register } from '#src/domain/directory/registration.ts'
import { deferredRights } from '#src/domain/migration/engine/grants/give-grants.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { email, entity, inOrganization } from '../fields.ts'
import { mailboxPlan } from '../mailbox-plan.ts'

/** Enables a user, group or resource with its first address (DIR-05); rights that migrations have deferred until then are given with it. */
export const registerToWorkMail = defineAction({
  name: 'RegisterToWorkMail',
  input: z.object({ ...inOrganization, EntityId: entity, Email: email }),
  run: async ({ store, now }, input) => {
    const { OrganizationId: organization, Email } = input
    const { id } = await getNamed(store, organization, input.EntityId, 'user', 'group', 'resource')
    const plan = await mailboxPlan(store, organization)
    await register(store, organization, { entry: id, email: Email }, plan, now(), deferredRights)
    return {}
  },
})
