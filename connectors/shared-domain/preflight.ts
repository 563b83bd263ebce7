import type { Finding, MailPreflight } from './mail-preflight.ts'
import { checkFromExchange } from './preflight-inward.ts'
import { checkToExchange } from './preflight-outward.ts'

/**
 * Both directions as far as they can be tested from here: connections, TLS, names, what EHLO offers, and what RCPT answers. Nothing
 * is sent. Never rejects for what the servers do.
 */
export async function checkMail(preflight: MailPreflight): Promise<Finding[]> {
  return [...(await checkToExchange(preflight)), ...(await checkFromExchange(preflight))]
}
