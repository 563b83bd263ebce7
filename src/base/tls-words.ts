/** What is wrong with a text that should have certificates in PEM form (RFC 7468); undefined where it has one. */
export const noCertificate = (pem: string): string | undefined =>
  pem.includes('-----BEGIN CERTIFICATE-----')
    ? undefined
    : 'has no certificate in PEM form ("-----BEGIN CERTIFICATE-----")'

/** What Node says of a certificate, without its advice about how Node is begun. */
export const tlsWords = (message: string): string =>
  message.replace(/[;,.]?\s*(?:if the root CA is installed locally, )?try running Node\.js with \S+/i, '')

const ends = new Set([
  ...['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  'ERR_SSL_UNEXPECTED_EOF_WHILE_READING',
])

/** Whether a handshake only broke off, as with a server that is restarted: nothing was said of certificates or versions. */
export const isBrokenOff = (error: unknown): boolean =>
  ends.has((error as NodeJS.ErrnoException | undefined)?.code ?? '')
