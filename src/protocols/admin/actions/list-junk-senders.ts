import { z } from 'zod'
import { junkLists } from '#src/domain/rules/kept-rules.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { entity, inOrganization, page } from '../fields.ts'
import { getOwner } from '../mailbox-folders.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

const listOf = { blocked: 'BLOCKED', safe: 'SAFE', safeRecipients: 'SAFE_RECIPIENT' } as const

/** Whose mail the owner of a mailbox wants in Junk and whose never there, in the words of Exchange's Get-MailboxJunkEmailConfiguration. */
export const listJunkSenders = defineAction({
  name: 'ListJunkSenders',
  reads: true,
  input: z.object({ ...inOrganization, EntityId: entity, ...page }),
  run: async ({ store }, input) => {
    const { at } = await getOwner(store, input.OrganizationId, input.EntityId)
    const lists = await junkLists(store.mailboxes, at)
    const all = (['blocked', 'safe', 'safeRecipients'] as const).flatMap((key) =>
      lists[key].toSorted().map((entry) => ({ Entry: entry, List: listOf[key] })),
    )
    const from = parseNextToken(input.NextToken, 'number') ?? 0
    const to = from + pageLimit(input.MaxResults)
    return present({
      JunkSenders: all.slice(from, to),
      NextToken: formatNextToken(to < all.length ? to : null),
    })
  },
})
