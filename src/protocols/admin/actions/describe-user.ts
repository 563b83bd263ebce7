import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import type { User } from '#src/domain/directory/entry.ts'
import type { Store } from '#src/domain/store.ts'
import { defineAction } from '../action.ts'
import { formatDetails } from '../address-book-members.ts'
import { commonMembers, getNamed, present, timestamp } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

export const describeUser = defineAction({
  name: 'DescribeUser',
  reads: true,
  input: z.object({ ...inOrganization, UserId: entity }),
  run: async ({ store }, input) => {
    const user = await getNamed(store, input.OrganizationId, input.UserId, 'user')
    return present({
      UserId: user.id,
      ...commonMembers(user),
      DisplayName: user.displayName,
      UserRole: user.role,
      HiddenFromGlobalAddressList: user.hidden,
      ...(await formatDetails(store, input.OrganizationId, user)),
      ...(await mailboxDates(store, input.OrganizationId, user)),
      IdentityProviderUserId: user.identityProviderUserId ?? undefined,
    })
  },
})

async function mailboxDates(store: Store, organization: OrganizationId, user: User) {
  if (user.mailbox === null) return {}
  const { createdAt } = await store.mailboxes.getMailbox({ organization, mailbox: user.mailbox })
  return {
    MailboxProvisionedDate: timestamp(createdAt),
    MailboxDeprovisionedDate: user.state === 'ENABLED' ? undefined : timestamp(user.disabledAt),
  }
}
