import type { OrganizationId } from '#src/base/ids.ts'
import { requireOwnAddress, withPrimary } from '../../../directory/aliases.ts'
import { type Entry, primaryAddress } from '../../../directory/entry.ts'
import type { DirectoryReader } from '../../../directory/store.ts'
import { Refusal } from '../../../refusal.ts'

/**
 * An owner as mail reaches them after the flip: with the primary address that they have, else with that of the mailbox that becomes
 * theirs. Refuses `wrong-state` where they can have neither.
 */
export async function withOwnAddress(
  directory: DirectoryReader,
  organization: OrganizationId,
  owner: Entry,
  mailbox: string,
): Promise<Entry> {
  if (primaryAddress(owner) !== null) return owner
  const other = await directory.findEntry(organization, { address: mailbox })
  if (other !== undefined && other.id !== owner.id)
    throw noAddress(owner, `${mailbox} is an address of ${other.name}.`)
  try {
    const { address, domain } = await requireOwnAddress(directory, organization, mailbox)
    return withPrimary(owner, address, domain)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    throw noAddress(owner, error.message)
  }
}

const noAddress = ({ name }: Entry, why: string): Refusal =>
  new Refusal(
    'wrong-state',
    `${name} has no mail address here, so that no mail would reach the mailbox once it has moved, and cannot have that of the mailbox: ${why} Give ${name} another one ("landbridge user enable"), or name another owner.`,
  )
