import { z } from 'zod'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { inOrganization } from '../fields.ts'

/** Ours: the users who may only ask when people are free, and the domain by which Exchange knows whom to ask us about. */
export const listAvailabilityAccounts = defineAction({
  name: 'ListAvailabilityAccounts',
  reads: true,
  input: z.object({ ...inOrganization }),
  run: async ({ store }, { OrganizationId }) => {
    const { settings } = await store.organizations.get(OrganizationId)
    const found = await Promise.all(
      settings.availabilityAccounts.map((id) => store.directory.findEntry(OrganizationId, { id })),
    )
    const { routingDomain } = await store.directory.settings(OrganizationId)
    return present({
      RoutingDomain: routingDomain ?? undefined,
      AvailabilityAccounts: found.flatMap((entry) =>
        entry === undefined
          ? []
          : [present({ UserId: entry.id, Name: entry.name, Email: primaryAddress(entry) ?? undefined })],
      ),
    })
  },
})
