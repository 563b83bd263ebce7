import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { formatGuid } from './guid.ts'
import { LdapConnection, type LdapServer, type LdapTimes } from './ldap-connection.ts'
import { LdapFault, sourceFailureOf } from './ldap-fault.ts'

/** What a domain controller says about itself (rootDSE, MS-ADTS 3.1.1.3.2). */
export type ControllerIdentity = {
  /** `dnsHostName`, lower case. */
  server: string
  /** invocationId: a restored database gets a new one. */
  generation: string
  /** highestCommittedUSN. */
  highestChange: bigint
  /** The domain it is of: `DC=corp,DC=example,DC=com`. */
  namingContext: string
  configuration: string
  isSynchronized: boolean
  /** Epoch milliseconds; null when it does not tell. */
  currentTime: number | null
  controls: ReadonlySet<string>
  domainLevel: number | null
}

export type Account = { name: string; password: string }

const ROOT = [
  'dnsHostName',
  'dsServiceName',
  'highestCommittedUSN',
  'defaultNamingContext',
  'configurationNamingContext',
  'isSynchronized',
  'currentTime',
  'supportedControl',
  'domainFunctionality',
] as const

/** For people: `ldaps://dc1.corp.example:636`. */
export function formatServer({ host, port, security }: LdapServer): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${security === 'ldaps' ? 'ldaps' : 'ldap'}://${name}:${port}`
}

/** Open, encrypted and signed in. SourceFailure; the signal's reason. */
export async function signedIn(
  server: LdapServer,
  account: Account,
  options: { times?: LdapTimes; signal?: AbortSignal },
): Promise<{ connection: LdapConnection; identity: ControllerIdentity }> {
  let connection: LdapConnection | undefined
  try {
    connection = await LdapConnection.open(server, options)
    await connection.bind(account.name, account.password)
    return { connection, identity: await readIdentity(connection) }
  } catch (error) {
    await connection?.close()
    const place = formatServer(server)
    if (error instanceof SourceFailure) throw new SourceFailure(error.kind, `${place}: ${error.message}`)
    throw sourceFailureOf(error, place)
  }
}

/** LdapFault; SourceFailure `unusable` when it is no domain controller. */
export async function readIdentity(connection: LdapConnection): Promise<ControllerIdentity> {
  const { entries } = await connection.search({ base: '', scope: 'base', attributes: ROOT })
  const root = entries[0]
  const service = root?.text('dsServiceName')
  const highest = root?.text('highestCommittedUSN')
  const namingContext = root?.text('defaultNamingContext')
  const server = root?.text('dnsHostName')
  if (!root || !service || !namingContext || !server || !/^\d{1,19}$/.test(highest ?? ''))
    throw new SourceFailure(
      'unusable',
      'it is no Active Directory domain controller: its rootDSE does not name a domain, a server and a change number. Configure a domain controller (not AD LDS, not a proxy).',
    )
  return {
    server: server.toLowerCase(),
    generation: await generationOf(connection, service),
    highestChange: BigInt(highest!),
    namingContext,
    configuration: root.text('configurationNamingContext') ?? '',
    isSynchronized: root.isTrue('isSynchronized'),
    currentTime: timeOf(root.text('currentTime')),
    controls: new Set(root.texts('supportedControl')),
    domainLevel: root.number('domainFunctionality'),
  }
}

async function generationOf(connection: LdapConnection, service: string): Promise<string> {
  const { entries } = await connection.search({ base: service, scope: 'base', attributes: ['invocationId'] })
  const generation = formatGuid(entries[0]?.octets('invocationId'))
  if (generation === undefined)
    throw new LdapFault('result', 'invocationId of the domain controller cannot be read', 50)
  return generation
}

/** GeneralizedTime as Active Directory writes it: `20261121221955.0Z`. */
function timeOf(text: string | null): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text ?? '')
  if (parts === null) return null
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}
