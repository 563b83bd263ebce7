import { newMailboxId } from '#src/base/ids.ts'
import { distinguishedFolders } from '../../../mailbox/distinguished-folders.ts'
import type { MailboxRef } from '../../../mailbox/store.ts'
import type { Store } from '../../../store.ts'
import { ownerOf } from '../flip/flip.ts'
import { lastPassOf, requireOneFiller } from '../flip/shared-ledger.ts'
import { LEASE_MS, type PassRun } from '../ledger/page-run.ts'
import type { Lane } from '../pace/lane.ts'
import type { Project } from '../project/project.ts'

/** The mailbox that items go to: of its owner, or one that becomes his with the flip. */
export async function targetMailbox(
  { store, lane }: { store: Store; lane: Lane },
  { organization, id }: Project,
  no: number,
  lease: PassRun['lease'],
): Promise<MailboxRef> {
  const member = await store.migration.getMember(organization, id, no)
  if (member.mailbox !== null) return { organization, mailbox: member.mailbox }
  const owner = await ownerOf(store.directory, organization, member)
  const { settings } = await store.organizations.get(organization)
  const made = owner.mailbox === null ? newMailboxId() : undefined
  const mailbox = made ?? owner.mailbox!
  const rows = made ? [] : await store.migration.listLedgerFolders({ organization, mailbox }, member.source)
  await requireOneFiller(store.migration, organization, member, { mailbox, rows })
  await store.transact(
    { organization, ...(made ? { newMailboxes: [made] } : { mailboxes: [mailbox] }) },
    async ({ mailboxes, migration }) => {
      await migration.holdLease(organization, id, no, { ...lease, until: lane.clock.now() + LEASE_MS })
      const present = await migration.getMember(organization, id, no)
      if (made)
        await mailboxes.createMailbox(
          { organization, mailbox: made },
          { quotaBytes: settings.defaultQuotaBytes, folders: distinguishedFolders },
        )
      // Of an earlier project with a source of this name: it is tried anew, should it go back once more.
      else
        for (const state of ['left', 'returned'] as const)
          await migration.forgetReturns({ organization, mailbox }, present.source, state)
      await migration.putMember(organization, {
        ...present,
        entry: owner.id,
        mailbox,
        madeHere: made !== undefined,
        // Beyond those of who filled it before: a folder with a higher number counts as read.
        pass: Math.max(present.pass, lastPassOf(rows) + 1),
      })
    },
  )
  return { organization, mailbox }
}
