import { randomBytes } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { clientFlags, formatNegotiate, parseChallenge } from '#src/wire/ntlm/messages.ts'
import { answerChallenge, channelBindings, type NtlmCredentials } from '#src/wire/ntlm/respond.ts'
import { channelHash } from './channel-hash.ts'

/** `CORP\user` and `corp.example\user` name a domain; `user@corp.example` is a name as a whole. */
export function ntlmCredentials(user: string, password: string): NtlmCredentials {
  const at = user.indexOf('\\')
  return at < 0
    ? { domain: '', user, password }
    : { domain: user.slice(0, at), user: user.slice(at + 1), password }
}

/** Inside Negotiate it may be a word about a ticket. */
export const isNtlm = (octets: Buffer): boolean => octets.toString('latin1', 0, 8) === 'NTLMSSP\0'

export const negotiateMessage = (): Buffer => formatNegotiate(clientFlags)

/** The answer to a server's challenge, bound to the TLS connection on which it came. SyntaxFault for no challenge. */
export function authenticateMessage(
  credentials: NtlmCredentials,
  challengeOctets: Buffer,
  { negotiate, socket, host }: { negotiate: Buffer; socket: TLSSocket; host: string },
): Buffer {
  const certificate = socket.getPeerX509Certificate()
  return answerChallenge(credentials, {
    negotiate,
    challengeOctets,
    challenge: parseChallenge(challengeOctets),
    bindings: certificate === undefined ? null : channelBindings(channelHash(certificate)),
    target: `HTTP/${host}`,
    clientChallenge: randomBytes(8),
    now: Date.now(),
  })
}
