/**
 * How the connection to a gateway is secured: STARTTLS or no mail, TLS from the first octet, STARTTLS when it is offered,
 * never. The first two verify the certificate for the name of the host.
 */
export type GatewayTls = 'required' | 'implicit' | 'opportunistic' | 'never'

/** An SMTP server through which mail of an organisation leaves (FLW-12). Its password is kept apart and never given back. */
export type Gateway = {
  /** Unique in the organisation, in any case. */
  name: string
  /** A name or an IP address. */
  host: string
  port: number
  tls: GatewayTls
  /** PEM of the authorities its certificate may come from; null: those that Node knows. */
  authorities: string | null
  /** As whom we sign in; null: not at all. */
  user: string | null
  /** Whose mail goes this way; see `patternsFor`. Empty: nobody's yet. */
  recipients: readonly string[]
}

/** A gateway with what it takes to be let in. */
export type GatewayLogin = { gateway: Gateway; password: string | null }

/** Every domain that no other pattern is for. */
export const EVERYBODY = '*'

/**
 * The patterns that mean a domain, the most specific first (FLW-03, FLW-06): `a.example.com` itself, `*.a.example.com`,
 * `*.example.com`, `*.com`, `*`.
 */
export function patternsFor(domain: string): string[] {
  const name = domain.toLowerCase()
  if (name.startsWith('[')) return [name, EVERYBODY]
  const labels = name.split('.')
  return [name, ...labels.map((_, at) => `*.${labels.slice(at).join('.')}`), EVERYBODY]
}

/** Whom a test asks the gateway about; nothing is sent. */
export type GatewayQuestion = { sender: string; recipient: string }

/** What came of a conversation with a gateway, as far as it went. */
export type GatewayFindings = {
  secured: boolean
  signedIn: boolean
  /** Octets it says it takes; null when it does not say. */
  sizeLimit: number | null
  /** Its answer to the recipient; null when it was not asked, or the conversation did not come so far. */
  recipient: { accepted: boolean; said: string } | null
  /** What went wrong, a sentence; null when nothing did. */
  problem: string | null
}

/** Speaks to a gateway as a delivery would, and sends nothing. Never rejects for what the other side does. */
export type ProbeGateway = (
  login: GatewayLogin,
  question: GatewayQuestion | undefined,
  signal: AbortSignal,
) => Promise<GatewayFindings>
