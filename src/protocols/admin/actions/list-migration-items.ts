import { z } from 'zod'
import type { MailboxRef, Page } from '#src/domain/mailbox/store.ts'
import { RETURNED } from '#src/domain/migration/engine/ledger/decide-change.ts'
import { getMemberOf } from '#src/domain/migration/engine/project/named.ts'
import { findProject } from '#src/domain/migration/engine/steer/steer-project.ts'
import type { LedgerFolder, LedgerItem, ReturnRow } from '#src/domain/migration/store.ts'
import type { Store } from '#src/domain/store.ts'
import { defineAction } from '../action.ts'
import { present } from '../entries.ts'
import { page } from '../fields.ts'
import { folderPaths, withThoseAbove } from '../migration-folders.ts'
import { address, inProject, itemMembers, returnMembers } from '../migration-members.ts'
import { formatNextToken, pageLimit, parseNextToken } from '../pagination.ts'

/**
 * Ours: of one mailbox, items that were left behind, lost something, or stand otherwise here than there; `WithReturned` also those
 * that went back whole.
 */
export const listMigrationItems = defineAction({
  name: 'ListMigrationItems',
  reads: true,
  input: z.object({ ...inProject, ...page, Address: address, WithReturned: z.boolean().optional() }),
  run: async ({ store }, input) => {
    const { id } = await findProject(store, input.OrganizationId, input.ProjectId)
    const member = await getMemberOf(store, input.OrganizationId, id, input.Address)
    if (member.mailbox === null) return { Items: [] }
    const at = { organization: input.OrganizationId, mailbox: member.mailbox }
    const token = parseNextToken(input.NextToken, 'string')
    const limit = pageLimit(input.MaxResults)
    if (token?.startsWith(RETURNS)) {
      const after = Number(token.slice(RETURNS.length))
      const { rows, next } = await store.migration.listReturns(at, { source: member.source, after, limit })
      const told = input.WithReturned === true ? rows : rows.filter(isTold)
      return returned(store, at, member.source, { rows: told, next })
    }
    const { source } = member
    const query = { troubled: true, source, after: token, limit }
    const { rows, next } = await store.migration.listLedgerItems(at, query)
    const isBack = member.returned !== undefined || member.state === 'returning'
    const then = next ?? (isBack ? `${RETURNS}0` : null)
    // Told with what went back, if at all: it is no loss of a move that follows.
    const told = rows.filter(({ code }) => code !== RETURNED)
    const titled = await withSubjects(store, at, told)
    const folders = await folderNames(store, at, source, titled)
    const items = titled.map((row) => itemMembers(row, folders.get(row.folder)))
    return present({ Items: items, NextToken: formatNextToken(then) })
  },
})

/** What came in here and is back there whole needs no words; what was written anew or deleted has an older one there. */
const isTold = ({ state, losses, change }: ReturnRow): boolean =>
  state !== 'returned' || losses.length > 0 || change === 'edited' || change === 'deleted'

/** Whole names there of the folders of these items. */
async function folderNames(
  { migration }: Pick<Store, 'migration'>,
  at: MailboxRef,
  source: string,
  rows: readonly LedgerItem[],
): Promise<ReadonlyMap<LedgerFolder['no'], string>> {
  const nos = [...new Set(rows.map(({ folder }) => folder))]
  const folders = await migration.findLedgerFolders(at, source, { nos })
  const nameOf = folderPaths(await withThoseAbove(migration, at, source, folders))
  return new Map(folders.map((each) => [each.no, nameOf(each)]))
}

/** What lies here is called as it is called here; the ledger has a subject of what is not. */
async function withSubjects(
  { mailboxes }: Pick<Store, 'mailboxes'>,
  at: MailboxRef,
  rows: readonly LedgerItem[],
): Promise<readonly LedgerItem[]> {
  const bare = rows.flatMap(({ title, item }) => (title === '' && item !== null ? [item] : []))
  if (bare.length === 0) return rows
  const found = await mailboxes.getItems(at, bare, ['summary'])
  const subjects = new Map(found.map(({ no, summary }) => [no, summary?.subject]))
  return rows.map((row) => ({ ...row, title: row.title || (subjects.get(row.item!) ?? '') }))
}

/** What went back to the source comes after what came from there. */
const RETURNS = 'return:'

async function returned(
  { migration, mailboxes }: Pick<Store, 'migration' | 'mailboxes'>,
  at: MailboxRef,
  source: string,
  { rows, next }: Page<ReturnRow, number>,
) {
  const keys = [...new Set(rows.map(({ folder }) => folder))]
  const folders = await migration.findLedgerFolders(at, source, { keys })
  const nameOf = folderPaths(await withThoseAbove(migration, at, source, folders))
  const names = new Map(folders.map((each) => [each.key, nameOf(each)]))
  // What was deleted here is not among them.
  const items =
    rows.length === 0 ? [] : await mailboxes.getItems(at, [...new Set(rows.map(({ item }) => item))])
  const received = new Map(items.map(({ no, receivedAt }) => [no, receivedAt]))
  return present({
    Items: rows.map((row) =>
      returnMembers(row, { folder: names.get(row.folder), receivedAt: received.get(row.item) }),
    ),
    NextToken: formatNextToken(next === null ? null : `${RETURNS}${next}`),
  })
}
