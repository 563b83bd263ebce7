import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Attachment, AttachmentKind, Entry } from '#src/domain/directory/entry.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import { getNamed } from './entries.ts'
import { entity, inOrganization } from './fields.ts'

/** Octets in base64, as the API's blobs are. What they may be is the directory's to say. */
export const blob = z
  .string()
  .min(1)
  .max(700_000)
  .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64')
  .transform((text): Uint8Array => Buffer.from(text, 'base64'))

/** Names a user, or anybody else whom the address book shows. */
export const inAddressBook = z.object({ ...inOrganization, UserId: entity })

/** Refuses `no-such-entry`. */
export const getInAddressBook = (
  store: Store,
  { OrganizationId, UserId }: z.output<typeof inAddressBook>,
): Promise<Entry> => getNamed(store, OrganizationId, UserId, 'user', 'contact', 'resource', 'group')

/** Refuses `no-such-item` where it has none. */
export async function getAttachment(
  store: Store,
  organization: OrganizationId,
  { id, name }: Entry,
  kind: AttachmentKind,
): Promise<Attachment> {
  const found = await store.directory.findAttachment(organization, id, kind)
  if (found !== undefined) return found
  throw new Refusal('no-such-item', `"${name}" has no ${kind}.`)
}

export const base64 = (octets: Uint8Array): string => Buffer.from(octets).toString('base64')
