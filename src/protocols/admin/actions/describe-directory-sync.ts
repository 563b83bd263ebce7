import { z } from 'zod'
import { defineAction } from '../action.ts'
import { inOrganization } from '../fields.ts'
import { connectionMembers, syncMembers } from '../sync-members.ts'

/** Ours: where the address book comes from, how old it is, and how the last runs went. */
export const describeDirectorySync = defineAction({
  name: 'DescribeDirectorySync',
  reads: true,
  input: z.object(inOrganization),
  run: async ({ store, directorySync, now }, { OrganizationId: organization }) => {
    const record = await store.directorySync.findSync(organization)
    const connection = await store.directorySync.findConnection(organization)
    return {
      Connected: connection !== undefined,
      ...(connection && { Connection: connectionMembers(connection) }),
      ...(record &&
        syncMembers(
          record,
          await store.directorySync.countDoubtful(organization),
          directorySync.everyMs,
          now(),
        )),
    }
  },
})
