import { z } from 'zod'
import type { Page } from '#src/domain/mailbox/store.ts'
import { getMemberOf } from '#src/domain/migration/engine/named.ts'
import { findProject } from '#src/domain/migration/engine/steer-project.ts'
import type { ReturnRow } from '#src/domain/migration/store.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { address, inProject, itemMembers, returnMembers } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/** Ours: of one mailbox, items that were left behind, lost something, or stand otherwise here than there. */
export const listMigrationItems = defineAction({
  name: 'ListMigrationItems',
  reads: true,
  input: z.object({ ...inProject, ...page, Address: address }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const member = await getMemberOf(store, input.OrganizationId, id, input.Address)
    if (member.mailbox === null) return { Items: [] }
    const at = { organization: input.OrganizationId, mailbox: member.mailbox }
    const token = parseNextToken(input.NextToken, 'string')
    const limit = pageLimit(input.MaxResults)
    if (token?.startsWith(RETURNS)) {
      const after = Number(token.slice(RETURNS.length))
      return returned(await store.migration.listReturns(at, { after, limit }))
    }
    const { rows, next } = await store.migration.listLedgerItems(at, { troubled: true, after: token, limit })
    const then = next ?? (member.returned || member.state === 'returning' ? `${RETURNS}0` : null)
    return present({ Items: rows.map(itemMembers), NextToken: formatNextToken(then) })
  },
})

/** What went back to the source comes after what came from there. */
const RETURNS = 'return:'

const returned = ({ rows, next }: Page<ReturnRow, number>) =>
  present({
    Items: rows.filter(({ state, losses }) => state !== 'returned' || losses.length > 0).map(returnMembers),
    NextToken: formatNextToken(next === null ? null : `${RETURNS}${next}`),
  })
