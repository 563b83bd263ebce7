import type { OrganizationId } from '#src/base/ids.ts'
import { MailboxRight } from '../../directory/mailbox-permission.ts'
import type { Writer } from '../../store.ts'
import type { Right } from '../right.ts'
import { findParty, isHere, ownRights } from './grants.ts'
import type { ProjectId } from './project.ts'

/**
 * Takes back, inside the transaction of a way back, what was given on a mailbox that goes, and to its owner on those that stay:
 * it waits again until both are here. Rights on folders stay with the mailbox that they are kept in, and wait all the same.
 */
export async function takeBackGrants(
  { migration, directory }: Writer,
  organization: OrganizationId,
  project: ProjectId,
  address: string,
  now: number,
): Promise<void> {
  const states = ['applied', 'unresolved', 'waiting'] as const
  for (const grant of await migration.grantsOf(organization, project, address, states)) {
    const owner = await findParty(directory, organization, grant.owner)
    const grantee = await findParty(directory, organization, grant.grantee)
    const right = givenBy[grant.right]
    const isGiven = grant.appliedAt !== null && owner !== undefined && grantee !== undefined
    if (isGiven && right === 'resource') await directory.removeDelegate(organization, owner.id, grantee.id)
    else if (isGiven && right !== undefined && right !== 'resource') {
      const before = await ownRights(directory, organization, owner.id, grantee.id)
      const rights = before & ~right
      if (rights !== before)
        await directory.putPermission(organization, { owner: owner.id, grantee: grantee.id, rights })
    }
    if (grant.appliedAt === null && grant.state === 'unresolved') continue
    // Who stays here while the other goes cannot work from now on.
    const other = grant.owner === address ? grantee : owner
    const isBroken = other !== undefined && other.kind !== 'group' && isHere(other)
    await migration.putGrant(organization, project, {
      ...grant,
      state: 'waiting',
      brokenFrom: isBroken ? (grant.brokenFrom ?? now) : null,
      appliedAt: null,
      cause: `${address} is at home on the other side again.`,
    })
  }
}

/** What a right is here; rights on folders are none of the directory's. */
const givenBy: Partial<Record<Right, number | 'resource'>> = {
  'full-access': MailboxRight.fullAccess,
  'send-as': MailboxRight.sendAs,
  'send-on-behalf': MailboxRight.sendOnBehalf,
  delegate: MailboxRight.sendOnBehalf,
  'room-delegate': 'resource',
}
