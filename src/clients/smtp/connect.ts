import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { socketWords } from '#src/base/socket-words.ts'
import { fromVersion, type TlsVersion } from '#src/base/tls-versions.ts'
import { tlsWords } from '#src/base/tls-words.ts'
import { SmtpFailure } from './failure.ts'

/** How TLS is used. */
export type TlsMode =
  /** From the first octet, as on port 465. */
  | 'implicit'
  /** STARTTLS, or no mail. */
  | 'required'
  /** STARTTLS when the server offers it and can do it; mail flows in any case. */
  | 'opportunistic'
  | 'never'

export type TlsWishes = {
  mode: TlsMode
  /** The name the certificate must be for; without it any certificate will do, as opportunistic TLS has it. */
  verifyName?: string
  /** The name to ask for (SNI) where nothing is verified and the host is given by its address. */
  serverName?: string
  /** PEM of the authorities to trust instead of the usual ones. */
  ca?: string
  /** Default 1.2. */
  minVersion?: TlsVersion
  /** Our own certificate, by which the Exchange side may know us. */
  certificate?: { cert: string; key: string }
}

type SocketPlace = { host: string; port: number; localAddress?: string; lookup?: LookupFunction }

/** A TCP connection. Rejects with SmtpFailure `connect`. */
export function openSocket(
  { host, port, localAddress, lookup }: SocketPlace,
  timeoutMs: number,
): Promise<Socket> {
  const socket = connectTcp({
    host,
    port,
    noDelay: true,
    autoSelectFamily: true,
    ...(localAddress !== undefined && { localAddress }),
    ...(lookup && { lookup }),
  })
  return settled(socket, 'connect', timeoutMs).catch((error: Error) => {
    const sentence = `No connection to ${host} port ${port}: ${socketWords(error)}`
    throw new SmtpFailure('connect', 'connect', sentence, { cause: error })
  })
}

/** TLS over a connection. Rejects with SmtpFailure `tls`. */
export function secureSocket(
  socket: Socket,
  host: string,
  wishes: TlsWishes,
  timeoutMs: number,
): Promise<Socket> {
  const { verifyName, serverName, ca, minVersion, certificate } = wishes
  const name = verifyName ?? serverName ?? host
  const options: ConnectionOptions = {
    socket,
    ...fromVersion(minVersion),
    rejectUnauthorized: verifyName !== undefined,
    ...(isIP(name) === 0 && { servername: name }),
    // Without a server name Node checks the certificate against the host it connected to, which it does not know here.
    ...(verifyName !== undefined && { host: verifyName }),
    ...(ca !== undefined && { ca }),
    ...certificate,
  }
  return settled(connectTls(options), 'secureConnect', timeoutMs).catch((error: Error) => {
    socket.destroy()
    const sentence = `No TLS with ${host}: ${tlsWords(error.message)}`
    const lack = isOfCertificate(error) ? ({ lack: 'certificate' } as const) : {}
    throw new SmtpFailure('tls', 'tls', sentence, { ...lack, cause: error })
  })
}

/** OpenSSL's codes of X.509 verification (`X509_V_ERR_…`) and Node's of names; a handshake that broke has others or none. */
const isOfCertificate = ({ code = '' }: Error & { code?: string }): boolean =>
  /^(?:ERR_TLS_CERT_ALTNAME_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)/.test(
    code,
  )

function settled<S extends Socket>(socket: S, event: string, timeoutMs: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => fail(Object.assign(new Error(`nothing within ${timeoutMs} ms`), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    const over = () => {
      clearTimeout(timer)
      socket.off('error', fail)
      socket.off('close', closed)
    }
    const fail = (error: Error) => {
      over()
      // An error behind the first one must find a listener.
      socket.on('error', () => {})
      socket.destroy()
      reject(error)
    }
    const closed = () => fail(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }))
    socket.once('error', fail)
    socket.once('close', closed)
    socket.once(event, () => {
      over()
      resolve(socket)
    })
  })
}
