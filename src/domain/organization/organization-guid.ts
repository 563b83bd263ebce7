import type { OrganizationId } from '#src/base/ids.ts'

/** The id of an organisation written as a GUID: the same for ever. */
export const organizationGuid = (organization: OrganizationId): string =>
  organization.replace(/^m-(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
