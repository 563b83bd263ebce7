import { Refusal } from '#src/domain/refusal.ts'
import { type Proof, signIn } from '../sign-in.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { Completion } from './command.ts'
import type { ImapSession } from './session.ts'

/** Signs in with what LOGIN or AUTHENTICATE brought; its answer says what is offered from now on. */
export async function signInWith(session: ImapSession, proof: Proof): Promise<Completion> {
  const { clientAddress: client, now } = session.options
  const began = now()
  try {
    session.signIn(await signIn(session.options, proof, { client, purpose: 'imap' }), began)
  } catch (error) {
    countFailure(session, error)
    throw error
  }
  return { code: { code: 'CAPABILITY', capabilities: capabilitiesOf(session) }, text: 'Welcome' }
}

/** What is the fault of the service is none of the client's. */
export function countFailure(session: ImapSession, error: unknown): void {
  const counts = error instanceof Refusal && /^(bad-credentials|too-many-failures)$/.test(error.reason)
  if (counts && ++session.failedLogins >= session.limits.failedLogins)
    session.end({ status: 'BYE', text: 'Too many failed sign-ins; goodbye' })
}
