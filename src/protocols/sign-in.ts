import {
  type Authenticated,
  type Authenticator,
  type Login,
  requireLogin,
} from '#src/domain/directory/login/authenticator.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { parsePlain, responseText } from '#src/wire/smtp/sasl.ts'

/** Of a name in the log; the longest address. */
const LONGEST_NAME = 320

/** What a mechanism learns from the client; the password goes to the authenticator and nowhere else. */
export type Proof = { name: string; password: string } & Pick<Login, 'organization'>

/** Asks the client one question, base64 on the wire, and gives its answer. */
export type Ask = (challenge: string) => Promise<Uint8Array>

/** Reads the proof; SyntaxFault for what is none, `bad-credentials` for who would be somebody else. */
type Mechanism = (initial: Uint8Array | undefined, ask: Ask) => Promise<Proof>

/** PLAIN: RFC 4616. LOGIN: an Internet draft that Outlook and many devices still need. */
export const mechanisms: ReadonlyMap<string, Mechanism> = new Map<string, Mechanism>([
  [
    'PLAIN',
    async (initial, ask) => {
      const { authorization, name, password } = parsePlain(initial ?? (await ask('')))
      if (authorization !== '' && authorization.toLowerCase() !== name.toLowerCase())
        throw new Refusal('bad-credentials', 'Nobody can log in here for somebody else')
      return { name, password }
    },
  ],
  [
    'LOGIN',
    async (initial, ask) => {
      const name = responseText(initial ?? (await ask('Username:')))
      return { name, password: responseText(await ask('Password:')) }
    },
  ],
])

/**
 * Signs somebody in by password or token. Each failure is a line in the log, so that fail2ban and the like can count them;
 * never with the secret. Refuses `bad-credentials`, `too-many-failures`, `key-unavailable`, `try-later`.
 */
export async function signIn(
  { authenticator, log }: { authenticator: Authenticator; log: Log },
  { name, password, organization }: Proof,
  { client, purpose, anyHome = false }: Pick<Login, 'client' | 'purpose' | 'anyHome'>,
): Promise<Authenticated> {
  const result = await authenticator.authenticate({
    name,
    secret: password,
    client,
    purpose,
    anyHome,
    ...(organization !== undefined && { organization }),
  })
  if (!result.accepted) {
    const tried = name.slice(0, LONGEST_NAME)
    log.warn({ client, protocol: purpose, name: tried, reason: result.failure }, 'A sign-in failed')
  }
  return requireLogin(result)
}
