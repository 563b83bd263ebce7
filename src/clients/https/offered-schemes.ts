/** Ways to say who we are, as a server's WWW-Authenticate names them. */
export type HttpsScheme = 'basic' | 'ntlm' | 'negotiate'

const known: readonly HttpsScheme[] = ['basic', 'ntlm', 'negotiate']

/** What a server offers (RFC 9110 §11.6.1), as far as we know it; other words are left out. */
export function offeredSchemes(header: string | undefined): HttpsScheme[] {
  const words = (header ?? '').replace(/"(?:[^"\\]|\\.)*"/g, '').toLowerCase()
  return known.filter((scheme) => new RegExp(`(^|[,\\s])${scheme}([,\\s]|$)`).test(words))
}

/** The token behind a scheme in a challenge. */
export function challengeToken(header: string | undefined, scheme: HttpsScheme): Buffer | undefined {
  const found = new RegExp(`(?:^|[,\\s])${scheme}\\s+([A-Za-z0-9+/]+=*)`, 'i').exec(header ?? '')
  return found === null ? undefined : Buffer.from(found[1]!, 'base64')
}
