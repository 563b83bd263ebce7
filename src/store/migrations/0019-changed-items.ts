import type { Migration } from '../driver/driver.ts'

/**
 * Items are found by modseq only once they have changed. Those that are as they came lie in the order of their uids already, as
 * a folder gives uids and modseqs out together: so a delivery writes one index fewer.
 */
export const changedItems: Migration = {
  number: 19,
  name: 'changed-items',
  up: () => [
    'DROP INDEX item_by_modseq',
    'CREATE INDEX item_by_change ON item (mailbox, folder, modseq) WHERE modseq <> created_modseq',
  ],
}
