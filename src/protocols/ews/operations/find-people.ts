import type { Entry } from '#src/domain/directory/entry.ts'
import type { PersonaType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { shownEntry } from '../directory-entries.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'

const MOST = 100

/** FindPeople: what Outlook for Mac completes names from. Nobody without an address is among them. */
export const findPeople = operation({
  name: 'FindPeople',
  async run(call, { QueryString = '', IndexedPageItemView: page }) {
    const text = QueryString.trim()
    const found = text === '' ? [] : await call.services.addressBooks.search(organizationOf(call), text, MOST)
    const people = found.flatMap((entry) => personaOf(entry) ?? [])
    const most = Math.min(page?.MaxEntriesReturned ?? MOST, MOST)
    const offset = Math.max(0, page?.Offset ?? 0)
    return {
      response: {
        ...success,
        People: people.slice(offset, offset + most),
        TotalNumberOfPeopleInView: people.length,
        FirstMatchingRowIndex: 0,
        FirstLoadedRowIndex: offset,
      },
    }
  },
})

const organizationOf = ({ caller }: EwsCall) => caller.acting.organization

/** Undefined for who has no address. */
export function personaOf(entry: Entry): PersonaType | undefined {
  const address = shownEntry(entry)
  if (address === undefined) return undefined
  const { firstName, lastName, jobTitle, department, company } = entry.details
  return {
    PersonaId: { Id: Buffer.from(`persona ${entry.id}`).toString('base64') },
    PersonaType: entry.kind === 'group' ? 'DistributionList' : 'Person',
    DisplayName: address.Name,
    ...(firstName && { GivenName: firstName }),
    ...(lastName && { Surname: lastName }),
    ...(jobTitle && { Title: jobTitle }),
    ...(department && { Department: department }),
    ...(company && { CompanyName: company }),
    EmailAddress: address,
    EmailAddresses: [address],
    RelevanceScore: 1,
  } as PersonaType
}
