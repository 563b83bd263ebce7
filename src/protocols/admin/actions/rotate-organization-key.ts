import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'

/** Ours: a new version of the organisation's key takes over, as a long operation. Bodies stay as they are (SEC-05). */
export const rotateOrganizationKey = defineAction({
  name: 'RotateOrganizationKey',
  input: z.object(inOrganization),
  run: async ({ store, operations }, { OrganizationId: organization }) => {
    await store.organizations.get(organization)
    const id = operations.start({ name: 'RotateOrganizationKey', organization }, async (report, signal) => {
      await store.organizations.rotateKey(organization, report, signal)
      const { keyRef } = await store.organizations.get(organization)
      return { KeyRef: keyRef }
    })
    return { OperationId: id }
  },
})
