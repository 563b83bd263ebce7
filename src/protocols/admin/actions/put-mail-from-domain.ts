import { z } from 'zod'
import { putMailFrom } from '#src/domain/directory/mail-from.ts'
import { defineAction } from '../action.ts'
import { formatMailFrom } from '../domain-members.ts'
import { domainName, inOrganization } from '../fields.ts'

/** Ours, after PutEmailIdentityMailFromAttributes of SES: without `MailFromDomain` the domain has none any more. Answers as DescribeMailFromDomain. */
export const putMailFromDomain = defineAction({
  name: 'PutMailFromDomain',
  input: z.object({
    ...inOrganization,
    DomainName: domainName,
    MailFromDomain: domainName.optional(),
    BehaviorOnMxFailure: z.enum(['USE_DEFAULT_VALUE', 'REJECT_MESSAGE']).optional(),
  }),
  run: async ({ store, mailHosts }, input) => {
    const whenMissing = input.BehaviorOnMxFailure === 'REJECT_MESSAGE' ? 'refuse' : 'own-domain'
    const mailFrom =
      input.MailFromDomain === undefined ? null : ({ name: input.MailFromDomain, whenMissing } as const)
    return formatMailFrom(
      await putMailFrom(store, input.OrganizationId, input.DomainName, mailFrom),
      mailHosts,
    )
  },
})
