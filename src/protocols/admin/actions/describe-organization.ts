import { z } from 'zod'
import { defineAction } from '../action.ts'
import { formatArn } from '../arn.ts'
import { present, timestamp } from '../entries.ts'
import { inOrganization } from '../fields.ts'

export const describeOrganization = defineAction({
  name: 'DescribeOrganization',
  reads: true,
  input: z.object(inOrganization),
  run: async ({ store, place }, { OrganizationId }) => {
    const found = await store.organizations.find({ id: OrganizationId })
    const keyState = await store.organizations.keyState(OrganizationId)
    // Settings are sealed; without the key one still learns that the key is what is wrong.
    const organization =
      found && keyState !== 'enabled' ? found : await store.organizations.get(OrganizationId)
    const settings = 'settings' in organization ? organization.settings : undefined
    const { id, alias, state, createdAt, keyRef } = organization
    return present({
      OrganizationId: id,
      Alias: alias,
      State: state,
      DirectoryId: `d-${id.slice(2, 12)}`,
      DirectoryType: 'VpcDirectory',
      DefaultMailDomain: found?.defaultDomain ?? undefined,
      CompletedDate: timestamp(createdAt),
      ARN: formatArn(place, id),
      // Who may act in any mailbox; WorkMail has one of them at most.
      MigrationAdmin: settings?.impersonationAccounts[0],
      InteroperabilityEnabled: settings?.interoperability,
      // Ours: which key, and whether it can be used.
      KeyRef: keyRef,
      KeyState: keyState,
    })
  },
})
