import { formatAstring } from '#src/wire/imap/strings.ts'
import { formatPlain } from '#src/wire/smtp/sasl.ts'
import type { ImapConnection } from './connection.ts'
import { ImapFailure } from './failure.ts'

/** Who we are. With a password, `actAs` is whose mailbox to open with the rights of `name` (RFC 4616). */
export type ImapCredentials =
  | { name: string; password: string; actAs?: string }
  | { name: string; accessToken: string }

/**
 * Logs in: by XOAUTH2 with a token; with a password by AUTHENTICATE PLAIN, or by LOGIN where that is not offered. Rejects with
 * ImapFailure `credentials`; `refused` when the server cannot say now (UNAVAILABLE, SERVERBUG) or does not understand.
 */
export async function logIn(
  connection: ImapConnection,
  capabilities: ReadonlySet<string>,
  credentials: ImapCredentials,
): Promise<void> {
  try {
    if ('accessToken' in credentials) {
      const { name, accessToken } = credentials
      if (!capabilities.has('AUTH=XOAUTH2'))
        throw new ImapFailure('credentials', 'The server does not offer AUTH=XOAUTH2')
      const response = `user=${name}\x01auth=Bearer ${accessToken}\x01\x01`
      return await authenticate(connection, capabilities, 'XOAUTH2', Buffer.from(response))
    }
    const { name, password, actAs = '' } = credentials
    if (capabilities.has('AUTH=PLAIN')) {
      const response = formatPlain({ authorization: actAs, name, password })
      return await authenticate(connection, capabilities, 'PLAIN', response)
    }
    if (capabilities.has('LOGINDISABLED') || actAs !== '')
      throw new ImapFailure(
        'credentials',
        capabilities.has('AUTH=XOAUTH2') || capabilities.has('AUTH=OAUTHBEARER')
          ? 'The server takes tokens (OAuth) alone, and no password'
          : 'The server offers neither AUTH=PLAIN nor a LOGIN that will do',
      )
    const args = `${formatAstring(name)} ${formatAstring(password)}`
    await connection.run({ name: 'LOGIN', args, lane: 'alone' })
  } catch (error) {
    throw named(error)
  }
}

async function authenticate(
  connection: ImapConnection,
  capabilities: ReadonlySet<string>,
  mechanism: string,
  response: Uint8Array,
): Promise<void> {
  const text = Buffer.from(response).toString('base64')
  const initial = capabilities.has('SASL-IR')
  let said = initial
  await connection.run({
    name: 'AUTHENTICATE',
    args: initial ? `${mechanism} ${text}` : mechanism,
    lane: 'alone',
    challenged: () => {
      // A second challenge holds an error of XOAUTH2; an empty answer brings the refusal.
      const answer = said ? '\r\n' : `${text}\r\n`
      said = true
      return answer
    },
  })
}

/** Of the server and not of whoever signs in (RFC 5530 section 3); CONTACTADMIN may be an account that is locked. */
const ofServer: ReadonlySet<string> = new Set(['UNAVAILABLE', 'SERVERBUG', 'INUSE', 'LIMIT'])

function named(error: unknown): unknown {
  if (!(error instanceof ImapFailure) || error.kind !== 'refused' || error.status !== 'NO') return error
  if (error.code !== undefined && ofServer.has(error.code.code)) return error
  const { message, status, code } = error
  return new ImapFailure('credentials', message, { status, ...(code && { code }), cause: error })
}
