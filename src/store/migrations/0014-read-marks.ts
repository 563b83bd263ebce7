import type { Migration } from '../driver/driver.ts'

/**
 * The modseq of an item's last change other than of its read mark (EWS ReadFlagChange); null where that is the last of all,
 * so that rows grow only when they are read.
 */
export const readMarks: Migration = {
  number: 14,
  name: 'read-marks',
  up: () => ['ALTER TABLE item ADD COLUMN other_modseq BIGINT'],
}
