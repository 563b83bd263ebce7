import type { OrganizationId } from '#src/base/ids.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { SmtpDomainList } from '#src/wire/ews/schema-types.ts'

/** Domains whose addresses are colleagues. */
export async function internalDomains(
  directory: DirectoryReader,
  organization: OrganizationId,
): Promise<SmtpDomainList> {
  const { rows } = await directory.listDomains(organization, { limit: 1_000 })
  return rows
    .filter(({ ownership }) => ownership === 'VERIFIED')
    .map(({ name }) => ({ Name: name, IncludeSubdomains: false }))
}
