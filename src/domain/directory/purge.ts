import { Refusal, type RefusalReason } from '../refusal.ts'
import type { Store } from '../store.ts'
import type { Expired } from './store.ts'

/** How one call went: `held` are those that could not be, for example because their key is out of reach; `next` is where to go on. */
type Purged = {
  purged: number
  held: readonly { expired: Expired; reason: RefusalReason }[]
  next: Expired | null
}

/**
 * Destroys what is past its 30 days (DIR-06, DIR-07), at most `limit` entries of any organisation: a disabled
 * entry loses its mailbox and addresses, a deleted one goes altogether. May be stopped and run again.
 */
export async function purgeExpired(
  store: Store,
  now: number,
  limit: number,
  after: Expired | null = null,
): Promise<Purged> {
  const due = await store.directory.listExpired(now, { after, limit })
  const held: { expired: Expired; reason: RefusalReason }[] = []
  let purged = 0
  for (const expired of due) {
    try {
      if (await purge(store, expired, now)) purged++
    } catch (error) {
      // One organisation in trouble must not keep the others' data past its time.
      if (!(error instanceof Refusal)) throw error
      held.push({ expired, reason: error.reason })
    }
  }
  return { purged, held, next: due.length < limit ? null : due[due.length - 1]! }
}

/** False when it was enabled again, or purged by somebody else, in the meantime. */
function purge(store: Store, { organization, entry: id, mailbox }: Expired, now: number): Promise<boolean> {
  const scope = { organization, mailboxes: mailbox === null ? [] : [mailbox] }
  return store.transact(scope, async ({ directory, mailboxes }) => {
    const entry = await directory.getEntry(organization, id)
    if (entry.purgeAt === null || entry.purgeAt > now || entry.mailbox !== mailbox) return false
    if (mailbox !== null) {
      await directory.removeFolderPermissions(organization, mailbox)
      await mailboxes.destroyMailbox({ organization, mailbox })
    }
    if (entry.state === 'DELETED') await directory.removeEntry(organization, id)
    else await directory.saveEntry(organization, { ...entry, mailbox: null, addresses: [], purgeAt: null })
    return true
  })
}
