import type { OrganizationId } from '#src/base/ids.ts'
import type { Page } from '../mailbox/store.ts'
import type { Gateway, GatewayLogin } from './gateway.ts'

export type GatewayReader = {
  /** In no order that means something. */
  listGateways(
    organization: OrganizationId,
    page: { after?: string | null; limit: number },
  ): Promise<Page<Gateway, string>>
  countGateways(organization: OrganizationId): Promise<number>
  findGateway(organization: OrganizationId, name: string): Promise<Gateway | undefined>
  /** With its password: for deliveries and tests, and for nobody to read. */
  findGatewayLogin(organization: OrganizationId, name: string): Promise<GatewayLogin | undefined>
  /** The gateway of the first of these patterns that one has. One indexed read where there is none. */
  findGatewayFor(organization: OrganizationId, patterns: readonly string[]): Promise<Gateway | undefined>
}

export type GatewayWriter = GatewayReader & {
  /** Refuses `name-taken` for its name, and for a pattern that another gateway has. */
  createGateway(organization: OrganizationId, login: GatewayLogin): Promise<void>
  /** `password` undefined: as it was. Refuses `no-such-item`, and `name-taken` as above. */
  saveGateway(organization: OrganizationId, gateway: Gateway, password?: string | null): Promise<void>
  /** Refuses `no-such-item`. */
  removeGateway(organization: OrganizationId, name: string): Promise<void>
}
