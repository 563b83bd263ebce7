/** What Node says of a certificate, without its advice about how Node is begun. */
export const tlsWords = (message: string): string =>
  message.replace(/[;,.]?\s*(?:if the root CA is installed locally, )?try running Node\.js with \S+/i, '')
