import type { OrganizationId } from '#src/base/ids.ts'
import type { Entry } from '../../directory/entry.ts'
import { routed } from '../../directory/registration.ts'
import type { DirectoryReader } from '../../directory/store.ts'
import type { SourceLink } from '../../directory-sync/source.ts'
import type { StoredObject, SyncReader } from '../../directory-sync/store.ts'
import { Refusal } from '../../refusal.ts'
import { objectOf, ownerOf } from '../engine/flip/flip.ts'
import type { Member } from '../engine/project/project.ts'

/** Somebody who moves, as the Exchange side knows them and shall know them. */
export type MovedRecipient = {
  address: string
  /** Its objectGUID, or its address where the directory is not synchronised. */
  identity: string
  alias: string
  /** Where Exchange sends their mail from now on. */
  routing: string
  /** With their prefixes, as proxyAddresses has them. */
  proxyAddresses: readonly string[]
  /** The directory's object before anything was changed; null where none is known. */
  before: StoredObject | null
}

/**
 * Refuses `wrong-state` where the organisation has no routing domain: nobody would know where mail goes.
 * `object` is as the directory is read now; what was kept at the flip comes first.
 */
export async function movedRecipient(
  readers: { directory: DirectoryReader; directorySync: Pick<SyncReader, 'findKnown'> },
  organization: OrganizationId,
  member: Member,
): Promise<MovedRecipient> {
  const entry = await ownerOf(readers.directory, organization, member)
  const before = member.there ?? (await objectOf(readers.directorySync, organization, member.before ?? entry))
  const local = await routed(readers.directory, organization, { ...entry, home: 'local' })
  const routing = local.addresses.find(({ kind }) => kind === 'routing')?.address
  if (routing === undefined)
    throw new Refusal(
      'wrong-state',
      'The organisation has no routing domain. Name one with "landbridge domain routing", so that Exchange can send here.',
    )
  return {
    address: member.address,
    identity: before?.guid ?? member.address,
    alias: before?.alias ?? routing.split('@', 1)[0]!,
    routing,
    proxyAddresses: proxyAddresses(member, entry, before, routing),
    before,
  }
}

/** All that it had, and what old mail and Exchange itself find it by from now on. */
function proxyAddresses(
  member: Member,
  entry: Entry,
  before: StoredObject | null,
  routing: string,
): readonly string[] {
  const all = [...(before?.proxyAddresses ?? ofEntry(entry))]
  const known = new Set(all.map((text) => text.toLowerCase()))
  const names = [...(before?.legacyDn == null ? [] : [before.legacyDn]), ...member.x500]
  for (const text of [...names.map((name) => `X500:${name}`), `smtp:${routing}`]) {
    if (known.has(text.toLowerCase())) continue
    known.add(text.toLowerCase())
    all.push(text)
  }
  return all
}

function ofEntry(entry: Entry): readonly string[] {
  const prefixes = { primary: 'SMTP', alias: 'smtp', routing: 'smtp', x500: 'X500', sip: 'sip' } as const
  return entry.addresses.map(({ kind, address }) => `${prefixes[kind]}:${address}`)
}

export const primaryOf = ({ address, proxyAddresses: all }: MovedRecipient): string =>
  all.find((text) => text.startsWith('SMTP:'))?.slice('SMTP:'.length) ?? address

/** As a cmdlet takes somebody: by key, else by distinguished name. */
export const identityOf = (link: SourceLink): string => ('guid' in link ? link.guid : link.place)
