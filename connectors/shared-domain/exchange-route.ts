import { readFileSync } from 'node:fs'
import type { TlsMode } from '#src/clients/smtp/connect.ts'

/** How the Exchange side is reached, as it is configured. */
type ExchangeSettings = {
  host: string
  port: number
  tls: TlsMode
  /** Empty: the host. */
  certificateName: string
  /** PEM file; empty: the authorities Node knows. */
  authoritiesFile: string
  /** Octets; 0: what its EHLO says. */
  largestMessageBytes: number
  login?: { name: string; password: string }
  /** Our own certificate, by which its receive connector may know us (TlsDomainCapabilities). */
  certificate?: { cert: string; key: string }
}

/** A server that takes all mail of the route `exchange`. */
export type ExchangeHost = {
  host: string
  port: number
  tls: TlsMode
  verifyName?: string
  ca?: string
  certificate?: { cert: string; key: string }
  login?: { name: string; password: string }
  maxBytes?: number
  maxRecipients: number
}

/** What Exchange takes in one transaction (exchange-interop 4.5). */
const MOST_RECIPIENTS = 500

/** The route to the Exchange side. Where TLS is required, so is the name in the certificate. Throws Error when the authorities cannot be read. */
export function exchangeHost(settings: ExchangeSettings): ExchangeHost {
  const { host, port, tls, certificateName, authoritiesFile, login, certificate } = settings
  const maxBytes = settings.largestMessageBytes
  const verified = tls === 'required' || tls === 'implicit'
  return {
    host,
    port,
    tls,
    maxRecipients: MOST_RECIPIENTS,
    ...(maxBytes > 0 && { maxBytes }),
    ...(verified && { verifyName: certificateName || host }),
    ...(verified && authoritiesFile !== '' && { ca: readFileSync(authoritiesFile, 'utf8') }),
    ...(login && { login }),
    ...(certificate && { certificate }),
  }
}
