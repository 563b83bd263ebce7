import type { Loss } from '#src/domain/migration/source.ts'
import type { ListMember } from '#src/formats/jscontact/list-members.ts'
import type { PropertyBag } from '#src/formats/tnef/property.ts'
import { set } from '#src/formats/tnef/property-ids.ts'

/** PidLidDistributionListOneOffMembers, …Members. */
const ONE_OFFS = 0x8054
const MEMBERS = 0x8055
/** Provider of one-off entry ids (MS-OXCDATA §2.2.5.1), and where their texts begin. */
const ONE_OFF = '812b1fa4bea310199d6e00dd010f5402'
const HEADER = 24
const UNICODE = 0x8000

/** Who is in a distribution list, by address, as it was when they were put there. Those without one are named. */
export function listedMembers(bag: PropertyBag, losses: Loss[]): readonly ListMember[] {
  const octetsOf = (id: number) =>
    (bag.findNamed(set.address, id)?.values ?? []).filter((value) => value instanceof Uint8Array)
  const [oneOffs, entries] = [octetsOf(ONE_OFFS), octetsOf(MEMBERS)]
  const members: ListMember[] = []
  for (const [at, entry] of (entries.length > oneOffs.length ? entries : oneOffs).entries()) {
    const found = oneOffOf(oneOffs[at] ?? entry)
    if (found?.address.includes('@')) members.push(found)
    else
      losses.push({
        property: 'member',
        reason: `"${found?.name ?? `number ${at + 1}`}" has no address in the file`,
        weight: 'visible',
      })
  }
  return members
}

/** Name and address of a one-off entry id; undefined where it is another one, or cut off. */
function oneOffOf(entry: Uint8Array): { name?: string; address: string } | undefined {
  const octets = Buffer.from(entry)
  if (octets.length < HEADER || octets.subarray(4, 20).toString('hex') !== ONE_OFF) return undefined
  const isUnicode = (octets.readUInt16LE(22) & UNICODE) !== 0
  const text = octets.subarray(HEADER).toString(isUnicode ? 'utf16le' : 'latin1')
  const [name = '', , address = ''] = text.split('\0')
  return { address, ...(name !== '' && name !== address && { name }) }
}
