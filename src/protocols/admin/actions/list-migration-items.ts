import { z } from 'zod'
import { findProject } from '#src/domain/migration/engine/steer.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { address, inProject, itemMembers } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: of one mailbox, items that were left behind, lost something, or stand otherwise here than there. */
export const listMigrationItems = defineAction({
  name: 'ListMigrationItems',
  reads: true,
  input: z.object({ ...inProject, ...page, Address: address }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const member = await store.migration.findMember(input.OrganizationId, id, input.Address)
    if (member?.mailbox == null) return { Items: [] }
    const at = { organization: input.OrganizationId, mailbox: member.mailbox }
    const { rows, next } = await store.migration.listLedgerItems(at, {
      troubled: true,
      after: parseNextToken(input.NextToken, 'string'),
      limit: pageLimit(input.MaxResults),
    })
    return present({ Items: rows.map(itemMembers), NextToken: formatNextToken(next) })
  },
})
