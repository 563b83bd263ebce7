import type { Migration } from '../driver/driver.ts'

/**
 * When an item of a folder changed last (MAPI PidTagLocalCommitTimeMax), epoch milliseconds; 0: before this was kept. No row is
 * written anew for it.
 */
export const folderChangedAt: Migration = {
  number: 27,
  name: 'folder-changed-at',
  up: () => ['ALTER TABLE folder ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0'],
}
