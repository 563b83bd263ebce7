import { z } from 'zod'
import { updateDefaultMailDomain as update } from '#src/domain/directory/mail-domains.ts'
import { defineAction } from '../action.ts'
import { domainName, inOrganization } from '../fields.ts'

/** New addresses are proposed in it; those that exist stay (DOM-10). */
export const updateDefaultMailDomain = defineAction({
  name: 'UpdateDefaultMailDomain',
  input: z.object({ ...inOrganization, DomainName: domainName }),
  run: async ({ store }, input) => {
    await update(store, input.OrganizationId, input.DomainName)
    return {}
  },
})
