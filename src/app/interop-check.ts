import { readFileSync, statSync } from 'node:fs'
import type { Finding, MailPreflight } from '#connectors/shared-domain/mail-preflight.ts'
import { checkMail } from '#connectors/shared-domain/preflight.ts'
import type { Config } from '#src/config/settings.ts'
import { exchangeSide } from './exchange-side.ts'
import { listOf } from './lists.ts'
import { ownHostname } from './mail-hosts.ts'

export type { Finding }

/** Whom the check of mail asks about. */
export type MailQuestions = Pick<MailPreflight, 'sharedDomain' | 'routingDomain' | 'recipient' | 'resident'>

/** The service that runs on the data folder, as far as it tells: where it takes mail of other servers, and since when. */
export type RunningService = { mxAddress: string | undefined; startedAt: number }

/** Host and port as they are reached from here. */
type Place = { host: string; port: number }

/**
 * `landbridge interop check mail`: both directions between this configuration and the Exchange side it names. Our own port is the
 * one of the service that runs.
 */
export async function checkInteropMail(
  config: Config,
  questions: MailQuestions,
  running: RunningService | undefined,
): Promise<Finding[]> {
  const { host } = await exchangeSide(config)
  return checkMail({
    ...questions,
    exchange: host,
    hostName: ownHostname(config),
    own: placeOf(running?.mxAddress) ?? configuredPlace(config),
    ...(config['exchange.authoritiesFile'] !== '' && {
      ownAuthorities: readFileSync(config['exchange.authoritiesFile'], 'utf8'),
    }),
    trustedAddresses: listOf(config['exchange.addresses']),
    trustedCertificates: listOf(config['exchange.certificates']),
    mailExchanger: config['exchange.mailExchanger'],
  })
}

const reachable = (host: string) => (host === '::' || host === '0.0.0.0' ? 'localhost' : host)

const configuredPlace = (config: Config): Place => ({
  host: reachable(config['smtp.host']),
  port: config['smtp.mxPort'],
})

/** `smtp://192.0.2.1:2525`, `smtp://[::]:2525` */
function placeOf(address: string | undefined): Place | undefined {
  const parts = /^smtp:\/\/\[?([^\]]+?)\]?:(\d{1,5})$/.exec(address ?? '')
  return parts ? { host: reachable(parts[1]!), port: Number(parts[2]) } : undefined
}

/**
 * Sentences on which settings the check judges by, and how they may differ from those of the service that runs, which tells its
 * ports and start but no other setting. `file` is the configuration file, when there is one.
 */
export function judgedBy(
  config: Config,
  file: string | undefined,
  running: RunningService | undefined,
): string[] {
  const settings = file === undefined ? 'the settings of this command (no file)' : `the settings of ${file}`
  if (running === undefined) return [`Judged by ${settings}; no service runs on the data folder.`]
  const since = new Date(running.startedAt).toISOString()
  const place = placeOf(running.mxAddress)
  const sentences = [
    `Judged by ${settings}, and by the port of the service that runs since ${since}. Its other settings cannot be asked for: when it was started with another file or other variables, name them here too.`,
  ]
  const wanted = configuredPlace(config)
  if (place && wanted.port !== 0 && wanted.port !== place.port)
    sentences.push(
      `The service uses other settings than these: it takes mail on port ${place.port}, and smtp.mxPort says ${wanted.port} here.`,
    )
  if (file !== undefined && statSync(file).mtimeMs > running.startedAt)
    sentences.push(`${file} was changed after the service was started, which has not read the change.`)
  return sentences
}
