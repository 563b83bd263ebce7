import { type ExchangeHost, exchangeHost } from '#connectors/shared-domain/exchange-route.ts'
import { exchangeTrust } from '#connectors/shared-domain/exchange-trust.ts'
import type { Config } from '#src/config/settings.ts'
import type { IntakeConnection } from '#src/domain/delivery/intake.ts'
import type { SharedDomain } from '#src/domain/routing/decide-route.ts'
import { listOf } from './lists.ts'
import { readSecret } from './read-secret.ts'

/** The Exchange side as it is configured. */
export type ExchangeSide = {
  /** Undefined when there is none. */
  host: ExchangeHost | undefined
  isExchange: (connection: IntakeConnection) => boolean
  /** Whether its connections are known by certificates too. */
  asksCertificates: boolean
  shared: SharedDomain | undefined
}

export async function exchangeSide(config: Config): Promise<ExchangeSide> {
  const certificates = listOf(config['exchange.certificates'])
  const isExchange = exchangeTrust({ addresses: listOf(config['exchange.addresses']), certificates })
  const asksCertificates = certificates.length > 0
  if (config['exchange.host'] === '')
    return { host: undefined, isExchange, asksCertificates, shared: undefined }
  const password = await readSecret(config['exchange.password'])
  const host = exchangeHost({
    host: config['exchange.host'],
    port: config['exchange.port'],
    tls: config['exchange.tls'],
    largestMessageBytes: config['exchange.largestMessageBytes'],
    certificateName: config['exchange.certificateName'],
    authoritiesFile: config['exchange.authoritiesFile'],
    ...(password !== undefined && { login: { name: config['exchange.user'], password } }),
  })
  const shared = {
    mailExchanger: config['exchange.mailExchanger'],
    unknownToExchange: config['exchange.unknownRecipients'] === 'exchange',
  }
  return { host, isExchange, asksCertificates, shared }
}
