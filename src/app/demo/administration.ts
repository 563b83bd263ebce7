import type { AdminClient } from '#src/clients/admin/admin-client.ts'
import type { ServiceProcess } from './service-process.ts'

/** Calls of one organisation's administration. */
export type Here = (operation: string, input?: Record<string, unknown>) => Promise<Record<string, unknown>>

export const inOrganization = (client: AdminClient, organization: string): Here =>
  ((operation, input = {}) =>
    client.call(operation, { OrganizationId: organization, ...input } as never)) as Here

/** Calls of the only organisation of a side. */
export async function administrationOf({ admin }: ServiceProcess): Promise<Here> {
  const { OrganizationSummaries } = await admin.call('ListOrganizations', {})
  const [first] = OrganizationSummaries as { OrganizationId: string }[]
  return inOrganization(admin, first!.OrganizationId)
}
