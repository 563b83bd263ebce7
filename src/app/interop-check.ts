import { readFileSync } from 'node:fs'
import { checkMail, type Finding } from '#connectors/shared-domain/preflight.ts'
import type { Config } from '#src/config/settings.ts'
import { exchangeSide } from './exchange-side.ts'
import { listOf } from './lists.ts'
import { ownHostname } from './mail-hosts.ts'

export type { Finding }

/** Whom the check of mail asks about. */
export type MailQuestions = { sharedDomain: string; routingDomain: string | null; recipient: string | null }

/** `landbridge interop check mail`: both directions between this configuration and the Exchange side it names. */
export async function checkInteropMail(config: Config, questions: MailQuestions): Promise<Finding[]> {
  const { host } = await exchangeSide(config)
  const everywhere = new Set(['::', '0.0.0.0'])
  return checkMail({
    ...questions,
    exchange: host,
    hostName: ownHostname(config),
    own: {
      host: everywhere.has(config['smtp.host']) ? 'localhost' : config['smtp.host'],
      port: config['smtp.mxPort'],
    },
    ...(config['exchange.authoritiesFile'] !== '' && {
      ownAuthorities: readFileSync(config['exchange.authoritiesFile'], 'utf8'),
    }),
    trustedAddresses: listOf(config['exchange.addresses']),
    trustedCertificates: listOf(config['exchange.certificates']),
    mailExchanger: config['exchange.mailExchanger'],
  })
}
