/** What is wrong with a text that should have certificates in PEM form (RFC 7468); undefined where it has one. */
export const noCertificate = (pem: string): string | undefined =>
  pem.includes('-----BEGIN CERTIFICATE-----')
    ? undefined
    : 'has no certificate in PEM form ("-----BEGIN CERTIFICATE-----")'

/** `40C3…:error:0A0001BB:SSL routines:tls_get_more_records:bad record type:….c:263:`, whose reason is for people. */
const ofOpenSsl =
  /(?:[0-9A-F]{8,16}:)?error:[0-9A-F]{8}:[^:\n]*:[^:\n]*:([^:\n]+)(?::[^\n]*\.c:\d+:?[^\n]*)?\n?/gi

/** What Node says of TLS, without its advice about how Node is begun and without the places in OpenSSL. */
export const tlsWords = (message: string): string =>
  message
    .replace(/[;,.]?\s*(?:if the root CA is installed locally, )?try running Node\.js with \S+/i, '')
    .replace(ofOpenSsl, 'TLS reports "$1"')

const ends = new Set([
  ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
])

/** Records that came over the wire otherwise than they were sent, or not in their turn (RFC 8446, section 6.2). */
const badRecord =
  /^ERR_SSL_\w*(?:BAD_RECORD_|BAD_MAC|RECORD_OVERFLOW|UNEXPECTED_(?:MESSAGE|RECORD)|DIGEST_CHECK_FAILED|DECODE_ERROR|DECRYPT_ERROR|BAD_LENGTH|LENGTH_MISMATCH|ALERT_INTERNAL_ERROR)/

/** Whether a handshake only broke off, as with a server that is restarted: nothing was said of certificates or versions. */
export const isBrokenOff = (error: unknown): boolean => {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? ''
  return ends.has(code) || badRecord.test(code)
}

const clearText = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
])

/** Whether the other side answered our TLS with something that is no TLS, as a server on a port for STARTTLS does. */
export const isClearText = (error: unknown): boolean =>
  clearText.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')

/** Why no TLS came about: what stands against the certificate, that no version is spoken by both, or that it is no TLS at all. */
export type TlsTrouble = 'ended' | 'not-yet' | 'name' | 'authority' | 'version' | 'clear-text'

const troubles: readonly (readonly [code: RegExp, trouble: TlsTrouble])[] = [
  [/^CERT_HAS_EXPIRED$/, 'ended'],
  [/^CERT_NOT_YET_VALID$/, 'not-yet'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'name'],
  [/SELF_SIGNED_CERT|^UNABLE_TO_(GET_ISSUER|VERIFY)|^CERT_UNTRUSTED$/, 'authority'],
  [/UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|NO_PROTOCOLS_AVAILABLE/, 'version'],
]

/** Of an error of Node, or of one that it caused; undefined: it says nothing of the kind. */
export function tlsTroubleOf(error: unknown): TlsTrouble | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code = '' } = at as NodeJS.ErrnoException
    // Of a write Node has the reason in its words alone.
    if (isClearText(at) || /wrong version number|packet length too long/.test(at.message)) return 'clear-text'
    const found = troubles.find(([pattern]) => pattern.test(code))
    if (found !== undefined) return found[1]
  }
  return undefined
}
