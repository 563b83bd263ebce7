import { replyText } from '#src/wire/smtp/reply.ts'
import { SmtpFailure } from './failure.ts'
import { openSmtpSession, type SmtpServer } from './open-session.ts'
import type { SmtpClientSession } from './session.ts'

const TIMEOUT_MS = 10_000

/** Opens a session in a time a person waits for; the failure instead when it does not come about. */
export async function openProbe(
  server: SmtpServer,
  timeoutMs = TIMEOUT_MS,
  signal?: AbortSignal,
): Promise<SmtpClientSession | SmtpFailure> {
  const deadlines = {
    connectMs: timeoutMs,
    greetingMs: timeoutMs,
    helloMs: timeoutMs,
    mailMs: timeoutMs,
    rcptMs: timeoutMs,
    dataMs: timeoutMs,
    closeMs: timeoutMs,
  }
  try {
    return await openSmtpSession({ ...server, deadlines }, signal)
  } catch (error) {
    if (error instanceof SmtpFailure) return error
    throw error
  }
}

/** What the server says to a recipient. No message is sent: where it would begin, the connection is cut. */
export async function probeRecipient(
  session: SmtpClientSession,
  sender: string,
  recipient: string,
): Promise<{ accepted: boolean; said: string; status: string }> {
  const [result] = await session.send({
    sender,
    recipients: [{ address: recipient }],
    eightBit: false,
    utf8: false,
    // biome-ignore lint/correctness/useYield: there is nothing to send
    async *content() {
      throw new Error('A probe has no content')
    },
  })
  const { outcome } = result!
  if (outcome.state === 'refused') {
    const { reply } = outcome
    return { accepted: false, said: replyText(reply), status: reply.status ?? String(reply.code) }
  }
  if (outcome.state === 'failed' && outcome.failure.kind !== 'source') {
    return { accepted: false, said: outcome.failure.message, status: '' }
  }
  return { accepted: true, said: 'accepted', status: '2.1.5' }
}
