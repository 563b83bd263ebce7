import { z } from 'zod'
import { disconnectDirectory as disconnect } from '#src/domain/directory-sync/connect.ts'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Ours: the address book stays as it is and is kept up no more; the password is forgotten. */
export const disconnectDirectory = defineAction({
  name: 'DisconnectDirectory',
  input: z.object(inOrganization),
  run: async ({ store }, input) => {
    await disconnect(store, input.OrganizationId)
    return {}
  },
})
