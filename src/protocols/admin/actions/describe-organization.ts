import { z } from 'zod'
import { defineAction } from '../action.ts'
import { formatArn } from '../arn.ts'
import { present, timestamp } from '../entries.ts'
import { inOrganization } from '../fields.ts'

export const describeOrganization = defineAction({
  name: 'DescribeOrganization',
  reads: true,
  input: z.object(inOrganization),
  run: async ({ store, place }, input) => {
    const { id, alias, state, createdAt, keyRef, settings } = await store.organizations.get(
      input.OrganizationId,
    )
    const { defaultDomain } = await store.directory.settings(id)
    return present({
      OrganizationId: id,
      Alias: alias,
      State: state,
      DirectoryId: `d-${id.slice(2, 12)}`,
      DirectoryType: 'VpcDirectory',
      DefaultMailDomain: defaultDomain ?? undefined,
      CompletedDate: timestamp(createdAt),
      ARN: formatArn(place, id),
      // Who may act in any mailbox; WorkMail has one of them at most.
      MigrationAdmin: settings.impersonationAccounts[0],
      InteroperabilityEnabled: settings.interoperability,
      // Ours: which key, and whether it can be used.
      KeyRef: keyRef,
      KeyState: await store.organizations.keyState(id),
    })
  },
})
