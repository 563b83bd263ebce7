import type { AvailabilityConfiguration } from '#src/domain/availability/configuration.ts'
import type { Row } from '../driver/driver.ts'
import type { OpenOrganization, SealedTable } from '../maintenance/check-sealed.ts'
import { availabilityKey, availabilityPlace, availabilitySecretPlace } from './availability.ts'

type Found = Row & { domain_key: Uint8Array; sealed: Uint8Array; sealed_secret: Uint8Array | null }

/** Whom to ask for the times of another domain is found by the name of that domain. */
export const availabilityOfOrganization: SealedTable<OpenOrganization> = {
  table: 'availability',
  key: ['domain_key'],
  columns: ['sealed', 'sealed_secret'],
  what: () => 'Whom to ask for the times of another domain',
  clear: ({ org, key }, { domain_key, sealed, sealed_secret }) => {
    if (sealed_secret) key.open(availabilitySecretPlace(org, domain_key), sealed_secret)
    const { domain } = key.openJson<AvailabilityConfiguration>(availabilityPlace(org, domain_key), sealed)
    return { domain_key: availabilityKey(key, domain) }
  },
} satisfies SealedTable<OpenOrganization, Found>
