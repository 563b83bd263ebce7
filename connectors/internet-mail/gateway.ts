import { SmtpFailure } from '#src/clients/smtp/failure.ts'
import { openProbe, probeRecipient } from '#src/clients/smtp/probe.ts'
import type { SmtpClientSession } from '#src/clients/smtp/session.ts'
import type {
  GatewayFindings,
  GatewayLogin,
  GatewayQuestion,
  ProbeGateway,
} from '#src/domain/gateway/gateway.ts'
import { sizeLimit } from '#src/wire/smtp/ehlo.ts'
import { forbiddenHost, type SmartHost, serverOf } from './smart-host.ts'

/** The server that a gateway of an organisation is (FLW-12). Where TLS is certain, so is the name in the certificate. */
export function gatewayHost({ gateway, password }: GatewayLogin): SmartHost {
  const { host, port, tls, authorities, user } = gateway
  const verified = tls === 'required' || tls === 'implicit'
  return {
    host,
    port,
    tls,
    ...(verified && { verifyName: host }),
    ...(verified && authorities !== null && { ca: authorities }),
    ...(user !== null && password !== null && { login: { name: user, password } }),
  }
}

/**
 * Speaks to a gateway as deliveries do. Administrators of an organisation name hosts as they like, so the network the service
 * stands in is closed to them unless the operator opens it.
 */
export function gatewayProbe(options: { helloName: string; privateAddresses: boolean }): ProbeGateway {
  return async (login, question, signal) => {
    const problem = forbiddenHost(login.gateway, options)
    if (problem !== undefined) return { ...nothing, problem }
    const server = serverOf(gatewayHost(login), options)
    const session = await openProbe(server, undefined, signal)
    if (session instanceof SmtpFailure)
      return { ...nothing, secured: session.secured, problem: session.message }
    try {
      return {
        secured: session.secured,
        signedIn: server.login !== undefined,
        sizeLimit: sizeLimit(session.extensions) ?? null,
        recipient: question ? await answerTo(session, question) : null,
        problem: null,
      }
    } finally {
      await session.quit()
    }
  }
}

const nothing: GatewayFindings = {
  secured: false,
  signedIn: false,
  sizeLimit: null,
  recipient: null,
  problem: null,
}

async function answerTo(
  session: SmtpClientSession,
  { sender, recipient }: GatewayQuestion,
): Promise<GatewayFindings['recipient']> {
  const { accepted, said } = await probeRecipient(session, sender, recipient)
  return { accepted, said }
}
