import { forEveryMailbox } from '#src/domain/mailbox/every-mailbox.ts'
import type { MailboxRef } from '#src/domain/mailbox/store.ts'
import type { Store } from '#src/domain/store.ts'
import type { Job } from '#src/platform/scheduler/job.ts'

/** A client that has missed more changes than this of one mailbox starts anew; it would hardly be slower. */
const KEPT_CHANGES = 1_000_000
const PAGE = 1_000

/** Forgets tombstones so old that no client asks for them, so that a mailbox does not grow by what was deleted from it. */
export function forgetChangesJob({ store }: { store: Store }): Job {
  return {
    name: 'forget-changes',
    schedule: '25 3 * * 0',
    run: (signal) => forEveryMailbox(store, (at) => forgetOld(store, at, signal), signal),
  }
}

async function forgetOld(store: Store, at: MailboxRef, signal: AbortSignal): Promise<void> {
  const { modseq, forgottenModseq } = await store.mailboxes.getMailbox(at)
  const upTo = modseq - KEPT_CHANGES
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  for (let done = upTo <= forgottenModseq; !done; ) {
    signal.throwIfAborted()
    done = await store.transact(scope, ({ mailboxes }) => mailboxes.forgetChanges(at, upTo, PAGE))
  }
}
