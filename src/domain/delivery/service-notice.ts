import { randomUUID } from 'node:crypto'
import type { OrganizationId } from '#src/base/ids.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import { buildMessage } from '#src/formats/mime/build.ts'
import type { Store } from '../store.ts'
import type { FindReturnPath } from './report.ts'
import { preparePost } from './report-post.ts'
import { newTransitId } from './store-message.ts'

export type NoticeDeps = { store: Store; hostName: string; findWay: FindReturnPath; now: () => number }
export type Notice = { to: string; subject: string; text: string }

/**
 * Sends a message of the service itself, by the same ways as all mail. Durable when it resolves. False where the address leads
 * to nobody; rejects with SyntaxFault for what is no address, with Refusal where its way cannot be told now.
 */
export async function sendNotice(
  { store, hostName, findWay, now }: NoticeDeps,
  organization: OrganizationId,
  { to, subject, text }: Notice,
): Promise<boolean> {
  const address = parseAddrSpec(to)
  const path = await findWay(organization, to)
  if (path.to === 'nobody') return false
  const at = now()
  const from = `postmaster@${hostName}`
  const messageId = `<notice.${randomUUID()}@${hostName}>`
  const octets = buildMessage({
    from: [{ name: 'Mail service', mailbox: 'postmaster', host: hostName }],
    to: [address],
    subject,
    dateMs: at,
    messageId,
    headers: [['Auto-Submitted', 'auto-generated']],
    parts: [{ text }],
  })
  const letter = { organization, octets, messageId, from, to, subject, requireTls: false }
  const post = await preparePost(store, { ...letter, traceId: newTransitId() }, path, at)
  await store.transact({ organization, mailboxes: [post.mailbox] }, (writer) => post.write(writer))
  return true
}
