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
