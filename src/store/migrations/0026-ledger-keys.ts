import type { Migration } from '../driver/driver.ts'

/**
 * Keys of the migration ledger follow the order of the source (decision 11). Nothing is moved; the number alone keeps an earlier
 * program away, which would not find items under their new keys and would copy them a second time.
 */
export const ledgerKeys: Migration = { number: 26, name: 'ledger-keys', up: () => [] }
