import { z } from 'zod'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization } from '../fields.ts'

/** Ours: the users who may act in any mailbox. */
export const listImpersonationAccounts = defineAction({
  name: 'ListImpersonationAccounts',
  reads: true,
  input: z.object({ ...inOrganization }),
  run: async ({ store }, { OrganizationId }) => {
    const { settings } = await store.organizations.get(OrganizationId)
    const found = await Promise.all(
      settings.impersonationAccounts.map((id) => store.directory.findEntry(OrganizationId, { id })),
    )
    return {
      ImpersonationAccounts: found.flatMap((entry) =>
        entry === undefined
          ? []
          : [present({ UserId: entry.id, Name: entry.name, Email: primaryAddress(entry) ?? undefined })],
      ),
    }
  },
})
