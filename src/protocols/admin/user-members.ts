import { z } from 'zod'
import type { Details } from '#src/domain/directory/entry.ts'
import type { DetailsChange } from '#src/domain/directory/names.ts'

/** The members of a user that are details of the address book, and what the directory calls them. */
export const detailMembers = {
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
} as const satisfies Record<string, keyof Details>

export type DetailMember = keyof typeof detailMembers

/** A change of details from the members given; an empty text removes one. */
export function detailsOf(input: Partial<Record<DetailMember, string | undefined>>): DetailsChange {
  const change: Record<string, string> = {}
  for (const [member, name] of Object.entries(detailMembers)) {
    const value = input[member as DetailMember]
    if (value !== undefined) change[name] = value
  }
  return change
}

export const role = z.enum(['USER', 'RESOURCE', 'SYSTEM_USER', 'REMOTE_USER'])

export const providerUserId = z
  .string()
  .max(47)
  .regex(
    /^$|^([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$/,
    'must be the UUID of a user of the identity provider',
  )
