import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { defineAction } from '../action.ts'
import { clientToken, inOrganization } from '../fields.ts'

/**
 * Destroys every version of an organisation's key and everything under it, for ever (LIM-20). Refused while users are enabled,
 * unless `ForceDelete`. The directory is our own and goes with it, whatever `DeleteDirectory` says.
 */
export const deleteOrganization = defineAction({
  name: 'DeleteOrganization',
  idempotent: true,
  exceptions: { 'wrong-state': 'OrganizationStateException' },
  input: z.object({
    ...inOrganization,
    DeleteDirectory: z.boolean(),
    ForceDelete: z.boolean().optional(),
    DeleteIdentityCenterApplication: z.boolean().optional(),
    ClientToken: clientToken,
  }),
  run: async ({ store }, { OrganizationId: id, ForceDelete }) => {
    if (!ForceDelete && (await hasEnabledUser(store, id))) {
      const sentence =
        'The organisation still has enabled users. Disable them first, or delete it with ForceDelete (on the command line --force).'
      throw new Refusal('wrong-state', sentence)
    }
    await store.organizations.destroy(id)
    return { OrganizationId: id, State: 'Deleted' }
  },
})

async function hasEnabledUser(store: Store, organization: OrganizationId): Promise<boolean> {
  for (let after: number | null = null; ; ) {
    const filter = { states: ['ENABLED' as const] }
    const page = await store.directory.listEntries(organization, { kind: 'user', filter, after, limit: 1 })
    if (page.rows.length > 0) return true
    if (page.next === null) return false
    after = page.next
  }
}
