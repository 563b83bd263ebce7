/** What several members that fill one mailbox from one source have in common: the rows that each of them goes by. */
import type { MailboxId, OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../../../refusal.ts'
import type { LedgerFolder, MigrationReader } from '../../store.ts'
import { commit, type PassRun } from '../ledger/page-run.ts'
import type { Member } from '../project/project.ts'
import { isFree } from '../project/state.ts'
import { membersOf } from './flip.ts'

/** The last pass that went through any of them; 0 for none. */
export const lastPassOf = (rows: readonly Pick<LedgerFolder, 'pass'>[]): number =>
  rows.reduce((last, { pass }) => Math.max(last, pass), 0)

/**
 * Gives a pass a number beyond those that other projects gave theirs: a folder with a higher one counts as read, and what came into it
 * since would be left out. Who goes on with the pass keeps the number.
 */
export async function passBeyondOthers(run: PassRun, rows: readonly LedgerFolder[]): Promise<void> {
  const { at, member, origin } = run
  const last = lastPassOf(rows.filter(({ from }) => from?.project !== origin.project))
  if (last < run.pass) return
  run.pass = last + 1
  await commit(run, async ({ migration }) => {
    const present = await migration.getMember(at.organization, member.project, member.no)
    await migration.putMember(at.organization, { ...present, pass: run.pass })
  })
}

type Sharing = Pick<Member, 'project' | 'no' | 'address' | 'source'>

/**
 * What is wrong where another mailbox of the source fills this one here too, or has: what one of them has and the other has not would
 * count as gone. `rows`: of the ledger of `mailbox`, of that source.
 */
export async function sharingFault(
  migration: Pick<MigrationReader, 'findMember' | 'listMembers'>,
  organization: OrganizationId,
  { project: own, no, address, source }: Sharing,
  { mailbox, rows }: { mailbox: MailboxId; rows: readonly LedgerFolder[] },
): Promise<{ found: string; remedy: string } | undefined> {
  const fills = (other: Member | undefined) =>
    other !== undefined && other.mailbox === mailbox && other.source === source && !isFree(other)
  for (const project of new Set(rows.flatMap(({ from }) => from?.project ?? []))) {
    // Hardly ever is it another mailbox: those of a project are gone through for that alone.
    if (project !== own && fills(await migration.findMember(organization, project, address))) continue
    const other = (await membersOf(migration, organization, project)).find(
      (each) => fills(each) && (project !== own || each.no !== no),
    )
    if (other !== undefined)
      return {
        found: `${other.address} fills the same mailbox here from the source "${source}", and items of two mailboxes of one source are told apart by nothing.`,
        remedy:
          'Name another owner, or take one of them out with "landbridge migrate remove". For both in one mailbox, add this one from a source with a name of its own ("landbridge migrate source", then "migrate add" with --source).',
      }
  }
  return undefined
}

/** Refuses `wrong-state` there. */
export async function requireOneFiller(...of: Parameters<typeof sharingFault>): Promise<void> {
  const fault = await sharingFault(...of)
  if (fault) throw new Refusal('wrong-state', `${fault.found} ${fault.remedy}`)
}
