import type { Loss } from '#src/domain/migration/source.ts'
import type { ListMember } from '#src/formats/jscontact/list-members.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { set } from '#src/formats/tnef/property-ids.ts'
import { oneOffOf } from './one-off.ts'

/** PidLidDistributionListOneOffMembers, …Members. */
const ONE_OFFS = 0x8054
const MEMBERS = 0x8055

/** Who is in a distribution list, by address, as it was when they were put there. Those without one are named. */
export function listedMembers(bag: PropertyBag, losses: Loss[]): readonly ListMember[] {
  const octetsOf = (id: number) =>
    (bag.findNamed(set.address, id)?.values ?? []).filter((value) => value instanceof Uint8Array)
  const [oneOffs, entries] = [octetsOf(ONE_OFFS), octetsOf(MEMBERS)]
  const members: ListMember[] = []
  for (const [at, entry] of (entries.length > oneOffs.length ? entries : oneOffs).entries()) {
    const found = oneOffOf(oneOffs[at] ?? entry)
    if (found?.address.includes('@'))
      members.push({ address: found.address, ...(found.name !== undefined && { name: found.name }) })
    else
      losses.push({
        property: 'member',
        reason: `"${found?.name ?? `number ${at + 1}`}" has no address in the file`,
        weight: 'visible',
      })
  }
  return members
}
