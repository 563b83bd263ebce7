import type { OrganizationId } from '#src/base/ids.ts'
import {
  addDelegate,
  setMeetingDelivery,
  type Transacting,
  updateDelegate,
} from '../../../calendar/delegates.ts'
import type { Entry } from '../../../directory/entry.ts'
import { Refusal } from '../../../refusal.ts'
import type { Writer } from '../../../store.ts'
import type { SourceDelegate } from '../../source.ts'
import type { DeferredGrant, ProjectId } from '../project/project.ts'
import { keptSettings } from '../settings/kept-settings.ts'
import { type AppliedGrant, findParty } from './grants.ts'

/** Whom the mailbox does not take as a delegate, and why. */
export type RefusedDelegate = { project: ProjectId; grant: DeferredGrant; why: string }

/**
 * Makes delegates of those whom the source names as such, or who are one by a plan, within the transaction that gave them their
 * rights as both ends are here: who gets copies of meeting requests and sees private items is as it was there. Delegates are kept
 * in the mailbox; whoever is one already stays so. Answers those that are refused.
 */
export async function applyDelegates(
  writer: Writer,
  organization: OrganizationId,
  applied: readonly AppliedGrant[],
): Promise<readonly RefusedDelegate[]> {
  const within: Transacting = { transact: (_, work) => work(writer) }
  const refused: RefusedDelegate[] = []
  for (const { project, grant, owner, grantee } of applied) {
    if (owner.mailbox === null || (grant.right !== 'delegate' && grant.right !== 'send-on-behalf')) continue
    const mailbox = { owner: owner.id, at: { organization, mailbox: owner.mailbox } }
    const told = (await keptSettings(writer.mailboxes, mailbox.at))?.delegates
    const said = told && (await sayingOf(writer, organization, grantee, told.named))
    if (said === undefined && grant.right !== 'delegate') continue
    const { receiveCopies, viewPrivate } = said ?? { receiveCopies: true, viewPrivate: false }
    const change = { receiveCopies, viewPrivate }
    const isExact = said !== undefined || (await hasCalendar(writer, mailbox.at, grantee))
    try {
      await addDelegate(within, mailbox, grantee.id, {
        ...change,
        ...(!isExact && { folders: usualFolders }),
      })
      if (told?.delivery != null) await setMeetingDelivery(within, mailbox, told.delivery)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.reason !== 'already-registered') refused.push({ project, grant, why: error.message })
      // By the other of its two rights.
      else if (said !== undefined) await updateDelegate(within, mailbox, grantee.id, change)
    }
  }
  return refused
}

/** What a delegate has of whom nobody says more. */
const usualFolders = { calendar: 'Editor' } as const

async function sayingOf(
  { directory }: Writer,
  organization: OrganizationId,
  grantee: Entry,
  named: readonly SourceDelegate[],
): Promise<SourceDelegate | undefined> {
  for (const one of named)
    if ((await findParty(directory, organization, one.grantee))?.id === grantee.id) return one
  return undefined
}

async function hasCalendar(
  { mailboxes, directory }: Writer,
  at: { organization: OrganizationId; mailbox: NonNullable<Entry['mailbox']> },
  grantee: Entry,
): Promise<boolean> {
  const calendar = await mailboxes.findFolder(at, { distinguished: 'calendar' })
  if (calendar === undefined) return true
  const given = await directory.listFolderPermissions(at.organization, at.mailbox, calendar.no)
  return given.some((permission) => permission.grantee === grantee.id)
}
