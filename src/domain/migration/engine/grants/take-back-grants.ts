import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import { MailboxRight } from '../../../directory/mailbox-permission.ts'
import type { Writer } from '../../../store.ts'
import type { Right } from '../../right.ts'
import type { ProjectId } from '../project/project.ts'
import { ALREADY_HERE, findEnd } from './grants.ts'

/**
 * Takes back, inside the transaction of a way back, what was given on a mailbox that goes, and to its owner on those that stay,
 * in whichever project it was noted, but for what was here before: it waits again until both are here. Rights on folders stay with the mailbox that they are
 * kept in, and wait all the same.
 */
export async function takeBackGrants(
  writer: Writer,
  organization: OrganizationId,
  address: string,
  now: number,
): Promise<void> {
  for (const { id } of await writer.migration.listProjects(organization))
    await takeBackIn(writer, organization, id, address, now)
}

async function takeBackIn(
  writer: Writer,
  organization: OrganizationId,
  project: ProjectId,
  address: string,
  now: number,
): Promise<void> {
  const { migration, directory } = writer
  const states = ['applied', 'unresolved', 'waiting'] as const
  for (const grant of await migration.grantsOf(organization, project, address, states)) {
    const [owner, grantee] = [
      await findEnd(writer, organization, project, grant.owner),
      await findEnd(writer, organization, project, grant.grantee),
    ]
    const isGiven = grant.appliedAt !== null && grant.cause !== ALREADY_HERE
    if (isGiven && owner !== undefined && grantee !== undefined)
      await withdraw(directory, organization, grant.right, {
        owner: owner.entry.id,
        grantee: grantee.entry.id,
      })
    if (grant.appliedAt === null && grant.state === 'unresolved') continue
    // Who stays here while the other goes cannot work from now on.
    const other = grant.owner === address ? grantee : owner
    const isBroken = other?.isHere === true && other.entry.kind !== 'group'
    await migration.putGrant(organization, project, {
      ...grant,
      state: 'waiting',
      brokenFrom: isBroken ? (grant.brokenFrom ?? now) : null,
      appliedAt: null,
      cause: `${address} is at home on the other side again.`,
    })
  }
}

/** Takes a right out of the directory; those on folders are none of it. */
export async function withdraw(
  directory: Writer['directory'],
  organization: OrganizationId,
  what: Right,
  ends: { owner: EntryId; grantee: EntryId },
): Promise<void> {
  const right = givenBy[what]
  if (right === undefined) return
  if (right === 'resource') return directory.removeDelegate(organization, ends.owner, ends.grantee)
  const before = await directory.ownRights(organization, ends.owner, ends.grantee)
  const rights = before & ~right
  if (rights !== before) await directory.putPermission(organization, { ...ends, rights })
}

/** What a right is here; rights on folders are none of the directory's. */
const givenBy: Partial<Record<Right, number | 'resource'>> = {
  'full-access': MailboxRight.fullAccess,
  'send-as': MailboxRight.sendAs,
  'send-on-behalf': MailboxRight.sendOnBehalf,
  delegate: MailboxRight.sendOnBehalf,
  'room-delegate': 'resource',
}
