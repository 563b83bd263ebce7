import { contactProperties } from '#src/wire/ews/model/contact-fields.ts'
import type { FieldTable } from './field.ts'

const usual = new Set([
  'FileAs',
  'DisplayName',
  'GivenName',
  'CompanyName',
  'EmailAddresses',
  'PhysicalAddresses',
  'PhoneNumbers',
  'ImAddresses',
  'JobTitle',
  'Surname',
])

/** Properties of contacts. */
export const contactFields: FieldTable = Object.fromEntries(
  Object.entries(contactProperties).map(([name, read]) => [
    name,
    {
      in: usual.has(name) ? ('Default' as const) : ('AllProperties' as const),
      read: ({ item }) => (item.class === 'contact' && item.content ? read(item.content) : undefined),
    },
  ]),
)
