import { z } from 'zod'
import type { EntryId, OrganizationId } from '#src/base/ids.ts'
import type { AttachmentNote, Details, Entry } from '#src/domain/directory/entry.ts'
import { type DetailsChange, invalid } from '#src/domain/directory/names.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject, JsonValue } from '#src/wire/aws/json-rpc.ts'
import { getNamed, present } from './entries.ts'
import { attribute } from './fields.ts'

/**
 * The members that are one text of the address book, and what the directory calls them. The first twelve are
 * WorkMail's, the others ours.
 */
const detailMembers = {
  FirstName: 'firstName',
  LastName: 'lastName',
  Initials: 'initials',
  Telephone: 'telephone',
  Street: 'street',
  JobTitle: 'jobTitle',
  City: 'city',
  Company: 'company',
  ZipCode: 'zipCode',
  Department: 'department',
  Country: 'country',
  Office: 'office',
  Region: 'region',
  Mobile: 'mobile',
  HomePhone: 'homePhone',
  Fax: 'fax',
  Assistant: 'assistant',
  Website: 'website',
  PhoneticFirstName: 'phoneticFirstName',
  PhoneticLastName: 'phoneticLastName',
  PhoneticDisplayName: 'phoneticDisplayName',
} as const satisfies Record<string, keyof Details>

type DetailMember = keyof typeof detailMembers

const texts = Object.fromEntries(
  Object.keys(detailMembers).map((member) => [member, attribute.optional()]),
) as Record<DetailMember, z.ZodOptional<typeof attribute>>

const longText = z
  .string()
  .max(1_024)
  .regex(/^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$/, 'must not hold control characters')

/** Spread into the input of what changes an entry of the address book. An empty text removes a detail. */
export const details = {
  ...texts,
  Notes: longText.optional(),
  OtherTelephones: z.array(attribute.min(1)).max(20).optional(),
  /** Exchange's extension attributes by number, 1 to 15; all are replaced. */
  CustomAttributes: z.record(z.string(), longText).optional(),
  /** By id, name or address. */
  Manager: attribute.optional(),
}

type DetailsInput = { [Member in DetailMember | 'Notes' | 'Manager']?: string | undefined } & {
  OtherTelephones?: readonly string[] | undefined
  CustomAttributes?: Readonly<Record<string, string>> | undefined
}

/** A change of details from the members given. Refuses `no-such-entry` for a manager that is not there. */
export async function detailsOf(
  store: Store,
  organization: OrganizationId,
  input: DetailsInput,
  self?: EntryId,
): Promise<DetailsChange> {
  const given = Object.entries(detailMembers).map(([member, name]) => [name, input[member as DetailMember]])
  const { Notes, OtherTelephones, CustomAttributes, Manager } = input
  const change: Record<string, unknown> = Object.fromEntries([...given, ['notes', Notes]])
  if (OtherTelephones !== undefined)
    change.otherTelephones = OtherTelephones.length === 0 ? null : OtherTelephones
  if (CustomAttributes !== undefined)
    change.customAttributes = Object.keys(CustomAttributes).length === 0 ? null : CustomAttributes
  if (Manager === '') change.manager = null
  else if (Manager !== undefined) {
    const manager = await getNamed(store, organization, Manager, 'user', 'contact')
    if (manager.id === self) throw invalid(`"${manager.name}" cannot be its own manager. Name another one.`)
    change.manager = manager.id
  }
  return change as DetailsChange
}

/** What the address book shows of an entry beside its name: details, manager, photo and certificate. */
export async function formatDetails(
  store: Store,
  organization: OrganizationId,
  entry: Entry,
): Promise<Record<string, JsonValue | undefined>> {
  const { manager, notes, otherTelephones, customAttributes } = entry.details
  const above =
    manager === undefined ? undefined : await store.directory.findEntry(organization, { id: manager })
  const known = above === undefined || above.state === 'DELETED' ? undefined : above
  return {
    ...Object.fromEntries(
      Object.entries(detailMembers).map(([member, name]) => [member, entry.details[name]] as const),
    ),
    Notes: notes,
    OtherTelephones: otherTelephones,
    CustomAttributes: customAttributes,
    ManagerId: known?.id,
    ManagerName: known?.displayName,
    Photo: formatNote(entry.photo),
    Certificate: formatNote(entry.certificate),
  }
}

/** That a photo or certificate is there, and its SHA-256. */
const formatNote = (note: AttachmentNote | null): JsonObject | undefined =>
  note === null
    ? undefined
    : present({ ContentType: note.type, SizeBytes: note.sizeBytes, Sha256: note.digest })
