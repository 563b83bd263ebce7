import { z } from 'zod'
import { replaceProxyAddresses as replace } from '#src/domain/directory/aliases.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** Replaces the X500 or the SIP addresses of an entry: what replies to mail from before a move are sent to. */
export const replaceProxyAddresses = defineAction({
  name: 'ReplaceProxyAddresses',
  input: z.object({
    ...inOrganization,
    EntityId: entity,
    Kind: z.enum(['X500', 'SIP']),
    Addresses: z.array(z.string().min(1).max(1_100)).max(200),
  }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const entry = await getNamed(store, organization, input.EntityId, 'user', 'group', 'resource', 'contact')
    const kind = input.Kind === 'X500' ? 'x500' : 'sip'
    await replace(store, organization, entry.id, kind, input.Addresses)
    return {}
  },
})
