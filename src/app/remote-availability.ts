import { isIP } from 'node:net'
import { exchangeFreeBusy, type OpenSource } from '#connectors/free-busy/exchange-free-busy.ts'
import { functionFreeBusy } from '#connectors/free-busy/function-free-busy.ts'
import { probeSource } from '#connectors/free-busy/probe.ts'
import { isPublicAddress } from '#connectors/internet-mail/public-address.ts'
import { publicOnly } from '#connectors/internet-mail/public-lookup.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import type { Config } from '#src/config/settings.ts'
import type { AvailabilityLogin, ProbeAvailability } from '#src/domain/availability/configuration.ts'
import { REMOTE_LIMITS, RemoteFreeBusy } from '#src/domain/availability/remote-free-busy.ts'
import type { DirectoryReader } from '#src/domain/directory/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { AccessKeyPair } from '#src/wire/aws/signature.ts'
import { readSecret } from './read-secret.ts'
import { version } from './version.ts'

/** The other systems that are asked when people are free. */
type RemoteAvailability = {
  /** The one for a mail domain; undefined where none is configured. */
  remoteFor(organization: OrganizationId, domain: string): Promise<RemoteFreeBusy | undefined>
  probe: ProbeAvailability
  /** Its configuration was changed: it is read anew. */
  forget(organization: OrganizationId, domain: string): void
  close(): void
}

type Kept = { at: number; changedAt: number; remote: RemoteFreeBusy; source: OpenSource }
type Provided = Parameters<ProbeAvailability>[1]

const SETTING = 'availability.privateAddresses'
/** CAP-03: so long a function may take, and we with it. */
const FUNCTION_MS = 25_000
/** Another process may have changed a configuration. */
const LOOK_AGAIN_MS = 5_000
const MOST_KEPT = 1_000

/** Reads a configuration when it is asked for, and keeps what it leads to while it is the same. */
export function remoteAvailability(
  config: Config,
  directory: Pick<DirectoryReader, 'findAvailabilityLogin'>,
  log: Pick<Log, 'info' | 'warn'>,
  kerberos?: KerberosTickets,
  now: () => number = Date.now,
): RemoteAvailability {
  const open = sourceOpener(config, kerberos)
  const kept = new Map<string, Kept>()
  const reading = new Map<string, Promise<Kept | undefined>>()

  const drop = (key: string): void => {
    kept.get(key)?.source.close()
    kept.delete(key)
  }

  async function read(key: string, organization: OrganizationId, domain: string): Promise<Kept | undefined> {
    const login = await directory.findAvailabilityLogin(organization, domain).catch((error: unknown) => {
      // What cannot be read any more, as its key was taken away, is not used any more.
      drop(key)
      throw error
    })
    const known = kept.get(key)
    if (login !== undefined && known?.changedAt === login.configuration.changedAt) {
      known.at = now()
      return known
    }
    drop(key)
    if (login === undefined) return undefined
    const made = opened(login, watched(await open(organization, providedBy(login)), login, log))
    if (kept.size >= MOST_KEPT) drop(kept.keys().next().value!)
    kept.set(key, made)
    return made
  }

  const opened = ({ configuration }: AvailabilityLogin, source: OpenSource): Kept => {
    const { provider, changedAt } = configuration
    const deadlineMs = provider.type === 'function' ? FUNCTION_MS : REMOTE_LIMITS.deadlineMs
    return {
      at: now(),
      changedAt,
      source,
      remote: new RemoteFreeBusy(source, { ...REMOTE_LIMITS, deadlineMs }, now),
    }
  }

  return {
    async remoteFor(organization, domain) {
      const key = `${organization} ${domain}`
      const known = kept.get(key)
      if (known !== undefined && now() - known.at < LOOK_AGAIN_MS) return known.remote
      const under = reading.get(key) ?? read(key, organization, domain).finally(() => reading.delete(key))
      reading.set(key, under)
      return (await under)?.remote
    },

    async probe(organization, login, signal) {
      const { provider, domain } = login
      const problem = forbiddenEndpoint(config, provider.endpoint)
      if (problem !== undefined) return problem
      const stranger =
        provider.type === 'function'
          ? await open(organization, { ...login, secret: null }, 'stranger')
          : undefined
      return probeSource(await open(organization, login), stranger, { domain, now: now(), signal })
    },

    forget: (organization, domain) => drop(`${organization} ${domain.toLowerCase()}`),

    close() {
      for (const key of [...kept.keys()]) drop(key)
    },
  }
}

const providedBy = ({ configuration, secret }: AvailabilityLogin): Provided => ({ ...configuration, secret })

const privateAddresses = (config: Config): boolean => config[SETTING] === 'yes'

/** What stands against an address that is a number; names are judged where they are looked up. */
function forbiddenEndpoint(config: Config, endpoint: string): string | undefined {
  const host = new URL(endpoint).hostname.replace(/^\[|\]$/g, '')
  if (privateAddresses(config) || isIP(host) === 0 || isPublicAddress(host)) return undefined
  return `${host} is an address of a private network, and the setting ${SETTING} forbids those.`
}

function sourceOpener(config: Config, kerberos: KerberosTickets | undefined) {
  return async (
    organization: OrganizationId,
    { provider, secret }: Provided,
    as: 'us' | 'stranger' = 'us',
  ): Promise<OpenSource> => {
    const problem = forbiddenEndpoint(config, provider.endpoint)
    if (problem !== undefined) return closedSource(provider.endpoint, problem)
    const { authorities, minVersion } = provider.tls ?? {}
    const common = {
      endpoint: provider.endpoint,
      version,
      tls: {
        ...(authorities !== undefined && { ca: authorities }),
        ...(minVersion !== undefined && { minVersion }),
      },
      ...(!privateAddresses(config) && { lookup: publicOnly(SETTING) }),
    }
    if (provider.type === 'ews')
      return exchangeFreeBusy({ ...common, user: provider.user, password: secret ?? '', kerberos })
    const awsKey = as === 'us' ? await awsKeyOf(config) : undefined
    return functionFreeBusy({ ...common, token: secret, organization, ...(awsKey && { awsKey }) })
  }
}

async function awsKeyOf(config: Config): Promise<AccessKeyPair | undefined> {
  const secret = await readSecret(config['availability.awsSecretAccessKey'])
  return secret === undefined ? undefined : { id: config['availability.awsAccessKeyId'], secret }
}

/** A line in the log for each question (AUL-05), without whom it is about. */
function watched(
  source: OpenSource,
  { configuration }: AvailabilityLogin,
  log: Pick<Log, 'info' | 'warn'>,
): OpenSource {
  const { domain, provider } = configuration
  const about = { type: provider.type === 'ews' ? 'EWS' : 'LAMBDA', domain, endpoint: provider.endpoint }
  return {
    ...source,
    async ask(question, signal) {
      try {
        const answers = await source.ask(question, signal)
        log.info({ ...about, successful: true }, 'Another system said when people are free')
        return answers
      } catch (error) {
        log.warn(
          { ...about, successful: false, error: (error as Error).message },
          'Another system did not say when people are free',
        )
        throw error
      }
    },
  }
}

/** One that may not be asked. */
const closedSource = (endpoint: string, message: string): OpenSource => ({
  name: new URL(endpoint).host,
  ask: async ({ addresses }) =>
    addresses.map((address) => ({ address, failure: { reason: 'unreachable', message } })),
  close() {},
})
