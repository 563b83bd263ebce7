import { z } from 'zod'
import { Refusal } from '#src/domain/refusal.ts'
import { defineAction } from '../action.ts'
import { getNamed } from '../entries.ts'
import { entity, inOrganization } from '../fields.ts'

const megabyte = 1024 ** 2

/** Quota and size in MB (LIM-01). */
export const getMailboxDetails = defineAction({
  name: 'GetMailboxDetails',
  reads: true,
  input: z.object({ ...inOrganization, UserId: entity }),
  run: async ({ store }, input) => {
    const { OrganizationId: organization } = input
    const owner = await getNamed(store, organization, input.UserId, 'user', 'resource')
    if (owner.mailbox === null)
      throw new Refusal('no-such-mailbox', `"${owner.name}" has no mailbox. Enable it first.`)
    const { quotaBytes, sizeBytes } = await store.mailboxes.getMailbox({
      organization,
      mailbox: owner.mailbox,
    })
    return { MailboxQuota: Math.floor(quotaBytes / megabyte), MailboxSize: sizeBytes / megabyte }
  },
})
