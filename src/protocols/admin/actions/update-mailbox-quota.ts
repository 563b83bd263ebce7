import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

const megabyte = 1024 ** 2
/** LIM-01. */
const mostMegabytes = 51_200

export const updateMailboxQuota = defineAction({
  name: 'UpdateMailboxQuota',
  input: z.object({
    ...inOrganization,
    UserId: entity,
    MailboxQuota: z.number().int().min(1).max(mostMegabytes),
  }),
  exceptions: { 'no-such-mailbox': 'EntityStateException' },
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const { name, mailbox } = await getNamed(store, organization, input.UserId, 'user', 'resource')
    if (mailbox === null) throw new Refusal('no-such-mailbox', `"${name}" has no mailbox. Enable it first.`)
    await store.transact({ organization, mailboxes: [mailbox] }, ({ mailboxes }) =>
      mailboxes.setQuota({ organization, mailbox }, input.MailboxQuota * megabyte),
    )
    return {}
  },
})
