import type { Migration } from '../driver/driver.ts'
import { store } from './0001-store.ts'
import { directory } from './0002-directory.ts'
import { mailbox } from './0003-mailbox.ts'
import { delivery } from './0004-delivery.ts'
import { keys } from './0005-keys.ts'
import { administration } from './0006-administration.ts'
import { gateways } from './0007-gateways.ts'
import { directorySync } from './0008-directory-sync.ts'
import { mailLimits } from './0009-mail-limits.ts'
import { events } from './0010-events.ts'
import { configurations } from './0011-configurations.ts'
import { availability } from './0012-availability.ts'
import { migration } from './0013-migration.ts'
import { readMarks } from './0014-read-marks.ts'
import { migrationReturns } from './0015-migration-returns.ts'
import { accountSids } from './0016-account-sids.ts'
import { migrationGrantsOfOwner } from './0017-migration-grants-of-owner.ts'
import { digests } from './0018-digests.ts'
import { changedItems } from './0019-changed-items.ts'
import { migrationGrantsOfGrantee } from './0020-migration-grants-of-grantee.ts'
import { mailFrom } from './0021-mail-from.ts'
import { sourceForms } from './0022-source-forms.ts'
import { mailPolicies } from './0023-mail-policies.ts'
import { rowsAsTheyCame } from './0024-rows-as-they-came.ts'
import { rowsBroughtOver } from './0025-rows-brought-over.ts'
import { ledgerKeys } from './0026-ledger-keys.ts'
import { folderChangedAt } from './0027-folder-changed-at.ts'
import { returnsOfSources } from './0028-returns-of-sources.ts'
import { memberStates } from './0029-member-states.ts'

/** In order of their numbers, without gaps. */
export const migrations: readonly Migration[] = [
  store,
  directory,
  mailbox,
  delivery,
  keys,
  administration,
  gateways,
  directorySync,
  mailLimits,
  events,
  configurations,
  availability,
  migration,
  readMarks,
  migrationReturns,
  accountSids,
  migrationGrantsOfOwner,
  digests,
  changedItems,
  migrationGrantsOfGrantee,
  mailFrom,
  sourceForms,
  mailPolicies,
  rowsAsTheyCame,
  rowsBroughtOver,
  ledgerKeys,
  folderChangedAt,
  returnsOfSources,
  memberStates,
]
