import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import type { TlsVersion } from '#src/base/tls-versions.ts'
import { isBrokenOff, isClearText } from '#src/base/tls-words.ts'
import { certificateEnd } from '../https/secure-sockets.ts'
import { openSocket, secureSocket } from '../smtp/connect.ts'
import { SmtpFailure } from '../smtp/failure.ts'
import { ImapFailure } from './failure.ts'

/** How the connection is secured. */
export type ImapTls =
  | {
      /** From the first octet, as on port 993, or by STARTTLS. There is no falling back to clear text. */
      mode: 'implicit' | 'starttls'
      /** The name the certificate must be for; the host when nothing is said. */
      verifyName?: string
      /** PEM of the authorities to trust instead of the usual ones. */
      ca?: string
      /** Old servers know no better: default 1.2. */
      minVersion?: TlsVersion
      /** Our own certificate, where the server wants one. */
      certificate?: { cert: string; key: string }
      /** When the certificate of each connection ends, epoch milliseconds. */
      heardCertificate?: (endsAt: number) => void
    }
  /** Clear text: to this machine, or `anywhere` when somebody has decided so. */
  | { mode: 'clear'; anywhere?: true }

/** A TCP connection, tried `attempts` times. Rejects with ImapFailure `unreachable`, or `aborted`. */
export async function reach(
  at: { host: string; port: number; localAddress?: string },
  options: { attempts: number; timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<Socket> {
  for (let attempt = 1; ; attempt++) {
    if (options.signal?.aborted) throw new ImapFailure('aborted', 'Told to stop before connecting')
    try {
      return await openSocket(at, options.timeoutMs)
    } catch (error) {
      if (!(error instanceof SmtpFailure)) throw error
      if (attempt >= options.attempts)
        throw new ImapFailure('unreachable', error.message, { cause: error.cause })
      // An abort is seen at the head of the next round.
      await pause(250 * 4 ** (attempt - 1), undefined, { signal: options.signal }).catch(() => undefined)
    }
  }
}

/** TLS over a connection. Rejects with ImapFailure `tls`, or `unreachable` where it only broke off or took too long. */
export async function secure(
  socket: Socket,
  host: string,
  tls: Exclude<ImapTls, { mode: 'clear' }>,
  timeoutMs: number,
): Promise<Socket> {
  const { verifyName = host, ca, minVersion, certificate } = tls
  const wishes = {
    mode: 'required',
    verifyName,
    ...(ca !== undefined && { ca }),
    ...(minVersion !== undefined && { minVersion }),
    ...(certificate && { certificate }),
  } as const
  try {
    const secured = await secureSocket(socket, host, wishes, timeoutMs)
    const endsAt = certificateEnd(secured as TLSSocket)
    if (endsAt !== undefined) tls.heardCertificate?.(endsAt)
    return secured
  } catch (error) {
    if (!(error instanceof SmtpFailure)) throw error
    const kind = isBrokenOff(error.cause) ? 'unreachable' : 'tls'
    const message =
      tls.mode === 'implicit' && isClearText(error.cause)
        ? `${host} does not begin with TLS on this port. Name it with imap:// (STARTTLS) in place of imaps://, or name the port that begins with TLS, mostly 993`
        : error.message
    throw new ImapFailure(kind, message, { cause: error.cause })
  }
}

/** Whether a host is this machine, so that nobody listens on the way. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host)
}
