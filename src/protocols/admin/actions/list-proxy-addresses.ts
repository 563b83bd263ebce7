import { z } from 'zod'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

/** X500 and SIP addresses without their prefix; an entry has 200 at most. */
export const listProxyAddresses = defineAction({
  name: 'ListProxyAddresses',
  reads: true,
  input: z.object({ ...inOrganization, EntityId: entity }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization, EntityId } = input
    const entry = await getNamed(store, organization, EntityId, 'user', 'group', 'resource', 'contact')
    return {
      ProxyAddresses: entry.addresses
        .filter(({ kind }) => kind === 'x500' || kind === 'sip')
        .map(({ kind, address }) => ({ Kind: kind.toUpperCase(), Address: address })),
    }
  },
})
