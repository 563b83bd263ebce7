/** What is wrong with a text that should have certificates in PEM form (RFC 7468); undefined where it has one. */
export const noCertificate = (pem: string): string | undefined =>
  pem.includes('-----BEGIN CERTIFICATE-----')
    ? undefined
    : 'has no certificate in PEM form ("-----BEGIN CERTIFICATE-----")'

/** What Node says of a certificate, without its advice about how Node is begun. */
export const tlsWords = (message: string): string =>
  message.replace(/[;,.]?\s*(?:if the root CA is installed locally, )?try running Node\.js with \S+/i, '')
