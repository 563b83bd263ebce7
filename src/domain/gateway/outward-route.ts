import type { OrganizationId } from '#src/base/ids.ts'
import type { Route } from '../delivery/queue.ts'
import type { DirectoryReader } from '../directory/store.ts'
import { patternsFor } from './gateway.ts'
import type { GatewayReader } from './store.ts'

export type OutwardRouting = {
  directory: Pick<DirectoryReader, 'findDomainOwner'>
  gateways: Pick<GatewayReader, 'findGatewayFor'>
}

/**
 * How mail of an organisation for a domain that is not its own leaves: to another organisation of this service without DNS,
 * which would lead back to us; through the gateway that is for the domain (FLW-12); to its mail exchangers.
 */
export async function outwardRoute(
  { directory, gateways }: OutwardRouting,
  organization: OrganizationId,
  domain: string,
): Promise<Route> {
  const owner = await directory.findDomainOwner(domain)
  if (owner?.verified) return { kind: 'local' }
  const gateway = await gateways.findGatewayFor(organization, patternsFor(domain))
  return gateway ? { kind: 'gateway', name: gateway.name } : { kind: 'internet', domain }
}
