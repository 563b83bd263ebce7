import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import { SourceFailure } from '#src/domain/directory-sync/source.ts'
import { DnsFault } from '#src/platform/dns/dns-fault.ts'
import type { ActiveDirectoryOptions } from './active-directory-source.ts'
import { checkContents } from './check-contents.ts'
import { controllersOf, type DomainOptions, netbiosOf, type Services } from './controllers.ts'
import type { DirectoryCheck, DirectoryFinding } from './directory-finding.ts'
import { type ControllerIdentity, formatServer, readIdentity } from './domain-controller.ts'
import { LdapConnection, type LdapServer } from './ldap-connection.ts'
import { LdapFault, sourceFailureOf } from './ldap-fault.ts'
import { baseOf } from './open-domain.ts'

type Deps = { dns: Services /** Epoch milliseconds. */; now: () => number; signal?: AbortSignal }

const MOST_SKEW_MS = 5 * 60_000
const WINDOWS_2008 = 3
const PAGED_RESULTS = '1.2.840.113556.1.4.319'
const EXTENDED_NAMES = '1.2.840.113556.1.4.529'

/**
 * Every domain and each of its domain controllers as far as they can be tested from here: names, TLS, the bind, whether it is a
 * domain controller to read from, the clock; then schema, rights and page policies on the first that answers. Nothing is changed.
 * Rejects only for the reason of the signal.
 */
export async function checkDirectory(
  options: ActiveDirectoryOptions,
  deps: Deps,
): Promise<DirectoryFinding[]> {
  const findings: DirectoryFinding[] = []
  for (const domain of options.domains) findings.push(...(await checkDomain(domain, options, deps)))
  return findings
}

async function checkDomain(
  domain: DomainOptions,
  options: ActiveDirectoryOptions,
  deps: Deps,
): Promise<DirectoryFinding[]> {
  let servers: LdapServer[]
  try {
    servers = await controllersOf(domain, options, deps.dns)
  } catch (error) {
    return [failed('name', error, 'Name the domain controllers, or use a DNS server that knows the domain.')]
  }
  const findings: DirectoryFinding[] = []
  let isRead = false
  for (const server of servers) {
    const { found, connection, identity } = await checkServer(server, domain, options, deps)
    findings.push(...found)
    if (connection && identity && !isRead) {
      isRead = true
      findings.push(
        ...(await checkContents({
          connection,
          identity,
          server: formatServer(server),
          base: baseOf(domain),
          netbios: netbiosOf(domain),
          rights: options.rights ?? true,
          accounts: options.accounts ?? false,
        })),
      )
    }
    await connection?.close()
    // Trying the same wrong password at every domain controller locks the account.
    if (found.some(({ check, ok }) => check === 'bind' && !ok)) break
  }
  return findings
}

type ServerCheck = { found: DirectoryFinding[]; connection?: LdapConnection; identity?: ControllerIdentity }

async function checkServer(
  server: LdapServer,
  domain: DomainOptions,
  options: ActiveDirectoryOptions,
  { now, signal }: Deps,
): Promise<ServerCheck> {
  const name = await checkName(server)
  if (!name.ok) return { found: [name] }
  const found = [name]
  const place = formatServer(server)
  let connection: LdapConnection
  try {
    connection = await LdapConnection.open(server, {
      ...(options.times && { times: options.times }),
      ...(signal && { signal }),
    })
    found.push(good('connection', `${place} answers.`), good('tls', tlsDetail(server)))
  } catch (error) {
    signal?.throwIfAborted()
    const isTls = error instanceof LdapFault && error.trouble !== 'connect'
    const remedy = isTls
      ? tlsRemedyFor(server)
      : `Open TCP port ${server.port} to ${server.host} in the firewall, and check that the domain controller runs.`
    if (isTls) found.push(good('connection', `${place} answers.`))
    return { found: [...found, failed(isTls ? 'tls' : 'connection', sourceFailureOf(error, place), remedy)] }
  }
  try {
    await connection.bind(options.account.name, options.account.password)
    found.push(good('bind', `${options.account.name} is let in at ${place}.`))
    const identity = await readIdentity(connection)
    found.push(...checkIdentity(identity, place, domain, now()))
    return { found, connection, identity }
  } catch (error) {
    signal?.throwIfAborted()
    await connection.close()
    const isBind = !found.some(({ check }) => check === 'bind')
    const remedy = isBind
      ? 'Correct the name (a UPN such as svc-landbridge@corp.example.com) or the password, or do with the account what is said above; wrong attempts may lock it.'
      : 'Configure a domain controller of Active Directory, and an account that may read it.'
    return {
      found: [...found, failed(isBind ? 'bind' : 'controller', sourceFailureOf(error, place), remedy)],
    }
  }
}

/** As a connection finds it. */
function addressOf({ host, lookup = systemLookup }: LdapServer): Promise<string> {
  return new Promise((resolve, reject) => {
    lookup(host, {}, (error, address) => (error ? reject(error) : resolve(String(address))))
  })
}

async function checkName(server: LdapServer): Promise<DirectoryFinding> {
  if (isIP(server.host) !== 0) {
    const detail = `${server.host} is an address.`
    const remedy = 'Names are better: certificates are usually for the name of the domain controller.'
    return server.certificateName === undefined
      ? { check: 'name', ok: true, detail, remedy }
      : good('name', detail)
  }
  try {
    return good('name', `${server.host} is ${await addressOf(server)}.`)
  } catch (error) {
    if (error instanceof DnsFault)
      return bad(
        'name',
        `The name servers of "dns.servers" gave no answer for ${server.host} (${error.failure}), and this machine knows none.`,
        `Check that they run and answer for ${server.host}, or name others in "dns.servers".`,
      )
    return bad(
      'name',
      `DNS knows no ${server.host} (${(error as NodeJS.ErrnoException).code}).`,
      `Check the spelling of ${server.host}, or let this machine use a DNS server that knows it.`,
    )
  }
}

function checkIdentity(
  identity: ControllerIdentity,
  place: string,
  domain: DomainOptions,
  now: number,
): DirectoryFinding[] {
  return [
    checkController(identity, place, domain),
    checkLevel(identity, place),
    checkClock(identity, place, now),
    checkControls(identity, place),
  ]
}

function checkController(
  identity: ControllerIdentity,
  place: string,
  domain: DomainOptions,
): DirectoryFinding {
  const { server, namingContext, isSynchronized } = identity
  const detail = `${place} calls itself ${server}, of ${namingContext}.`
  if (!isSynchronized)
    return bad(
      'controller',
      `${detail} It has not finished its first replication.`,
      'Wait until it has (repadmin /showrepl), or name another domain controller.',
    )
  if (!`,${baseOf(domain).toLowerCase()}`.endsWith(`,${namingContext.toLowerCase()}`))
    return bad(
      'controller',
      `${detail} ${domain.name} is another domain.`,
      `Name domain controllers of ${domain.name} (nltest /dclist:${domain.name}).`,
    )
  return good('controller', detail)
}

function checkLevel({ domainLevel }: ControllerIdentity, place: string): DirectoryFinding {
  if (domainLevel !== null && domainLevel >= WINDOWS_2008)
    return good('level', `The functional level of the domain is ${domainLevel} (${place}).`)
  return bad(
    'level',
    `The functional level of the domain is ${domainLevel ?? 'unknown'} (${place}).`,
    'Raise it to Windows Server 2008 (3) at least: Set-ADDomainMode.',
  )
}

function checkClock({ currentTime }: ControllerIdentity, place: string, now: number): DirectoryFinding {
  if (currentTime === null) return { check: 'clock', ok: true, detail: `${place} does not tell its time.` }
  const skew = Math.abs(now - currentTime)
  const detail = `The clocks here and at ${place} are ${Math.round(skew / 1_000)} s apart.`
  if (skew <= MOST_SKEW_MS) return good('clock', detail)
  return bad(
    'clock',
    detail,
    'Set both by NTP: "w32tm /resync" there, chrony or systemd-timesyncd here. Five minutes are allowed.',
  )
}

function checkControls({ controls }: ControllerIdentity, place: string): DirectoryFinding {
  const lacking = [PAGED_RESULTS, EXTENDED_NAMES].filter((oid) => !controls.has(oid))
  if (lacking.length === 0) return good('paging', `${place} gives pages and names with keys.`)
  return bad(
    'paging',
    `${place} does not support ${lacking.join(' and ')}.`,
    'Configure the domain controller itself, not an LDAP proxy before it.',
  )
}

function tlsDetail({ certificateName, host, authorities, security }: LdapServer): string {
  const trust = authorities === undefined ? 'a public authority' : 'the configured authority'
  const way = security === 'ldaps' ? 'TLS from the start' : 'StartTLS'
  return `${way}; its certificate is for ${certificateName ?? host} and comes from ${trust}.`
}

function tlsRemedyFor({ host, port, authorities, certificateName }: LdapServer): string {
  const file =
    authorities === undefined
      ? 'Give it with --ca ("certutil -ca.cert ca.cer" on the authority writes it)'
      : 'That is in the file given with --ca'
  return `Look at the certificate: openssl s_client -connect ${host}:${port} -showcerts. It must name ${certificateName ?? host}, and come from an authority whose own certificate is known here. ${file}.`
}

const good = (check: DirectoryCheck, detail: string): DirectoryFinding => ({ check, ok: true, detail })
const bad = (check: DirectoryCheck, detail: string, remedy: string): DirectoryFinding => ({
  check,
  ok: false,
  detail,
  remedy,
})

function failed(check: DirectoryCheck, error: unknown, remedy: string): DirectoryFinding {
  if (!(error instanceof Error)) throw error
  const isExpected = error instanceof SourceFailure || error instanceof LdapFault || 'code' in error
  if (!isExpected) throw error
  return { check, ok: false, detail: error.message, remedy }
}
