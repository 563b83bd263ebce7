import { z } from 'zod'
import { disassociateDelegate } from '#src/domain/directory/resources.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const disassociateDelegateFromResource = defineAction({
  name: 'DisassociateDelegateFromResource',
  input: z.object({ ...inOrganization, ResourceId: entity, EntityId: entity }),
  run: async ({ store }, input) => {
    const resource = await getNamed(store, input.OrganizationId, input.ResourceId, 'resource')
    const delegate = await getNamed(store, input.OrganizationId, input.EntityId, 'user', 'group')
    await disassociateDelegate(store, input.OrganizationId, { resource: resource.id, delegate: delegate.id })
    return {}
  },
})
