import { Refusal } from '#src/domain/refusal.ts'
import { parseSetQuota } from '#src/wire/imap/quota.ts'
import { command } from '../command.ts'

/** SETQUOTA, RFC 9208 §4.1.3: quotas are set by administrators (LIM-01), elsewhere; QUOTASET is not offered. */
export const setquota = command({
  name: 'SETQUOTA',
  state: 'authenticated',
  parse: parseSetQuota,
  run: () => {
    throw new Refusal('not-allowed', 'Quotas are set by your administrator.')
  },
})
