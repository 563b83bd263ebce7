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

/** What the server says to a recipient at RCPT; no message is begun. */
export async function probeRecipient(
  session: SmtpClientSession,
  sender: string,
  recipient: string,
): Promise<{ accepted: boolean; said: string; status: string }> {
  try {
    const reply = await session.findRefusal(sender, recipient)
    if (reply === undefined) return { accepted: true, said: 'accepted', status: '2.1.5' }
    return { accepted: false, said: replyText(reply), status: reply.status ?? String(reply.code) }
  } catch (error) {
    if (error instanceof SmtpFailure) return { accepted: false, said: error.message, status: '' }
    throw error
  }
}
