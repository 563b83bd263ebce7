import { randomUUID } from 'node:crypto'
import type { Mailbox as Address } from '#src/formats/address/mailbox-list.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { indexedMessage } from './message-parts.ts'
import type { Mailbox, MailboxRef } from './store.ts'

/** LIM-17. */
const GIVEN_FROM = 0.9
/** Taken back below this, so that it does not come again with every message around the limit. */
const TAKEN_BACK_BELOW = 0.85

/**
 * Puts a notice into the inbox, once, when 90 % of the quota are used (LIM-17), and takes back below 85 % that it
 * was given. To be called after whatever changes the size; costs one look at the mailbox's row.
 */
export async function settleQuotaNotice(
  store: Store,
  at: MailboxRef,
  options: { owner?: Address } = {},
): Promise<void> {
  const mailbox = await store.mailboxes.getMailbox(at)
  const given = mailbox.quotaNoticeGiven
  if (given === due(mailbox)) return
  const scope = { organization: at.organization, mailboxes: [at.mailbox] }
  if (given) {
    await store.transact(scope, async ({ mailboxes }) => {
      if (!due(await mailboxes.getMailbox(at))) await mailboxes.setQuotaNotice(at, false)
    })
    return
  }
  const now = store.now()
  const octets = noticeOf(mailbox, options.owner, now)
  const { staged, item } = await indexedMessage(store, at, octets.length, octets)
  await store.transact(scope, async ({ mailboxes }) => {
    const present = await mailboxes.getMailbox(at)
    if (present.quotaNoticeGiven || !due(present)) return
    const inbox = await mailboxes.findFolder(at, { distinguished: 'inbox' })
    if (!inbox)
      throw new Refusal('no-such-folder', 'The mailbox has no inbox for the notice about its quota.')
    await mailboxes.appendItem(at, {
      ...item,
      folder: inbox.no,
      receivedAt: now,
      body: staged,
      ignoreQuota: true,
    })
    await mailboxes.setQuotaNotice(at, true)
  })
}

/**
 * What is told when the notice failed after something was stored. The default tells nobody: that is durable and is
 * answered as such, and the next change of the mailbox tries the notice again.
 */
export type Troubled = (error: unknown) => void

/** The same after something was stored: how the notice fares never decides how that is answered. */
export async function giveQuotaNotice(
  store: Store,
  at: MailboxRef,
  options: { owner?: Address; troubled?: Troubled | undefined } = {},
): Promise<void> {
  try {
    await settleQuotaNotice(store, at, options)
  } catch (error) {
    options.troubled?.(error)
  }
}

/** Between the two thresholds it stays as it is. */
function due({ sizeBytes, quotaBytes, quotaNoticeGiven }: Mailbox): boolean {
  return sizeBytes >= quotaBytes * (quotaNoticeGiven ? TAKEN_BACK_BELOW : GIVEN_FROM)
}

function noticeOf(mailbox: Mailbox, owner: Address | undefined, now: number): Uint8Array {
  const host = owner?.host || 'localhost'
  const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024).toLocaleString('en')
  return buildMessage({
    from: [{ name: 'Mail service', mailbox: 'postmaster', host }],
    to: owner ? [owner] : [{ group: 'undisclosed-recipients', members: [] }],
    subject: 'Your mailbox is almost full',
    dateMs: now,
    messageId: `<quota.${randomUUID()}@${host}>`,
    headers: [['Auto-Submitted', 'auto-generated']],
    parts: [
      {
        text: `Your mailbox uses ${megabytes(mailbox.sizeBytes)} MB of the ${megabytes(mailbox.quotaBytes)} MB it may use.\n\nWhen it is full, no mail can be delivered to it any more and senders get their messages back. Delete what you do not need and empty the deleted items, or ask your administrator for a larger quota.\n`,
      },
    ],
  })
}
