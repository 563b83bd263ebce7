import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import { resolveRecipient } from '../directory/recipient.ts'
import type { Store, Writer } from '../store.ts'
import type { FindReturnPath } from './report.ts'
import { preparePost } from './report-post.ts'
import { newTransitId } from './store-message.ts'

type NoticeDeps = {
  store: Store
  hostName: string
  /** Address that is configured to hear of mail, empty: none. */
  postmaster: string
  findWay: FindReturnPath
  now: () => number
}

/** Where a notice lies once it is taken: in a mailbox here, or in the queue. */
type NoticePlace = 'mailbox' | 'queue'

export type Notice = {
  to: string
  subject: string
  text: string
  /** Who it says it is from; absent: whoever answers for the organisation. */
  from?: string | undefined
  /** The Message-ID without its host, the same each time that it is sent; absent: another one each time. */
  name?: string
  /** Writes in the transaction that takes the notice: both are there, or neither. */
  also?: (writer: Writer, taken: { messageId: string; place: NoticePlace }) => Promise<void>
}

/**
 * Sends a message of the service itself, by the same ways as all mail. Durable when it resolves. False where the address leads
 * to nobody; rejects with SyntaxFault for what is no address, with Refusal where its way cannot be told now, and as `also` does.
 */
export async function sendNotice(
  deps: NoticeDeps,
  organization: OrganizationId,
  { to, subject, text, from: given, name, also }: Notice,
): Promise<boolean> {
  const { store, hostName, findWay, now } = deps
  const address = parseAddrSpec(to)
  const path = await findWay(organization, to)
  if (path.to === 'nobody') return false
  const at = now()
  const from = given ?? (await senderOf(deps, organization))
  const messageId = `<${name ?? `notice.${randomUUID()}`}@${hostName}>`
  const octets = buildMessage({
    from: [{ name: 'Mail service', ...parseAddrSpec(from) }],
    to: [address],
    subject,
    dateMs: at,
    messageId,
    headers: [['Auto-Submitted', 'auto-generated']],
    parts: [{ text }],
  })
  const letter = { organization, octets, messageId, from, to, subject, requireTls: false }
  const post = await preparePost(store, { ...letter, traceId: newTransitId() }, path, at)
  await store.transact({ organization, mailboxes: [post.mailbox] }, async (writer) => {
    await also?.(writer, { messageId, place: path.to })
    await post.write(writer)
  })
  return true
}

/** An address that answers reach: the configured one where it is the organisation's, else the postmaster of its domain. */
async function senderOf(
  { store, hostName, postmaster }: NoticeDeps,
  organization: OrganizationId,
): Promise<string> {
  const isOwn =
    postmaster !== '' && (await resolveRecipient(store.directory, organization, postmaster)) !== undefined
  if (isOwn) return postmaster
  const { defaultDomain } = await store.directory.settings(organization)
  return `postmaster@${defaultDomain ?? hostName}`
}
