import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { discoverEws } from '#src/clients/autodiscover/discover.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { HttpsPeer } from '#src/clients/https/https-peer.ts'
import { exchangeFreeBusy } from './exchange-free-busy.ts'
import { probeSource } from './probe.ts'

/** What the check found, with the cmdlet or setting that mends it. */
export type AvailabilityFinding = {
  direction: 'to Exchange' | 'from Exchange'
  check: string
  outcome: 'good' | 'warning' | 'failed' | 'not checked'
  sentence: string
  remedy?: string
}

type AvailabilityPreflight = {
  /** Each that is configured, with what stands against it by a test. */
  configurations: readonly { domain: string; endpoint: string; problem: string | null }[]
  /** Addresses of the users that Exchange may sign in as. */
  accounts: readonly string[]
  /** The domain only we own; null when none is chosen. */
  routingDomain: string | null
  /** Our name, for which the certificate is. */
  hostName: string
  /** Where others reach us: `https://mail.corp.example`. */
  publicUrl: string
  /** Where we listen, as it is reached from here; undefined where no service runs. */
  own: { host: string; port: number } | undefined
  /** Of the first account, to try the whole way. */
  password: string | undefined
  version: string
}

const CONNECT_MS = 3_000

/** Free/busy in both directions, as far as it can be told from here. Never rejects for what servers do. */
export async function checkAvailability(given: AvailabilityPreflight): Promise<AvailabilityFinding[]> {
  return [...outward(given), ...(await inward(given))]
}

function outward({ configurations }: AvailabilityPreflight): AvailabilityFinding[] {
  const direction = 'to Exchange'
  if (configurations.length === 0)
    return [
      {
        direction,
        check: 'configuration',
        outcome: 'failed',
        sentence: 'Nobody is asked when people of other domains are free.',
        remedy:
          'landbridge availability add corp.example --ews https://mail.corp.example/EWS/Exchange.asmx --user "CORP\\svc" --password-stdin',
      },
    ]
  return configurations.map(({ domain, endpoint, problem }) =>
    problem === null
      ? { direction, check: domain, outcome: 'good', sentence: `${endpoint} lets us in and answers.` }
      : {
          direction,
          check: domain,
          outcome: 'failed',
          sentence: problem,
          remedy: remedyFor(problem, domain),
        },
  )
}

/** By the sentences of the failures, which name what happened. */
const remedies: readonly (readonly [pattern: RegExp, remedy: (domain: string) => string])[] = [
  [
    /offers no way to sign in|ways to sign in: none/,
    () =>
      'On Exchange: Set-WebServicesVirtualDirectory -Identity "SERVER\\EWS (Default Web Site)" -BasicAuthentication $true (or -WindowsAuthentication $true)',
  ],
  [
    /No KDC of|Kerberos tickets? alone/,
    () =>
      'In the configuration of this service: kerberos.controllers: CORP.EXAMPLE=dc1.corp.example; or on Exchange: Set-WebServicesVirtualDirectory -Identity "SERVER\\EWS (Default Web Site)" -WindowsAuthentication $true, with NTLM among the providers of IIS',
  ],
  [
    /refused the token|wants a token/,
    (domain) => `landbridge availability add ${domain} --function ADDRESS --token-stdin --replace`,
  ],
  [
    /refused the credentials/,
    (domain) =>
      `Check the account on Exchange (Get-ADUser USER -Properties LockedOut, PasswordExpired), then: landbridge availability add ${domain} … --replace`,
  ],
  [
    /forbids the request \(403\)/,
    () => 'On Exchange: Set-OrganizationConfig -EwsAllowList @{Add="Landbridge/*"}',
  ],
  [
    /There is no TLS/,
    (domain) =>
      `Trust the authority of its certificate: landbridge availability add ${domain} … --authorities FILE --replace`,
  ],
  [
    /availability\.privateAddresses/,
    () => 'In the configuration of this service: availability.privateAddresses: yes',
  ],
  [/cannot be reached/, () => 'Open port 443 of that server for this machine, and check its name in DNS.'],
  [
    /is no reply of Exchange Web Services/,
    () => 'Name the address that this shows: Get-WebServicesVirtualDirectory | fl ExternalUrl',
  ],
]

const remedyFor = (problem: string, domain: string): string =>
  remedies.find(([pattern]) => pattern.test(problem))?.[1](domain) ?? `landbridge availability test ${domain}`

async function inward(given: AvailabilityPreflight): Promise<AvailabilityFinding[]> {
  const { accounts, own } = given
  const account = accounts[0]
  const findings: AvailabilityFinding[] = [
    account === undefined
      ? {
          direction: 'from Exchange',
          check: 'account',
          outcome: 'failed',
          sentence: 'There is no account that Exchange could ask with.',
          remedy:
            'landbridge user add exchange-service …, then: landbridge availability account add exchange-service',
        }
      : {
          direction: 'from Exchange',
          check: 'account',
          outcome: 'good',
          sentence: `${accounts.join(', ')} may ask, and do nothing else.`,
        },
  ]
  if (own === undefined)
    findings.push(notChecked('service', 'No service runs on the data folder, so its port was not tried.'))
  else findings.push(...(await ownPort({ ...given, own }, account)))
  findings.push(addressSpace(given, account))
  return findings
}

const notChecked = (check: string, sentence: string): AvailabilityFinding => ({
  direction: 'from Exchange',
  check,
  outcome: 'not checked',
  sentence,
})

type Running = AvailabilityPreflight & { own: { host: string; port: number } }

async function ownPort(given: Running, account: string | undefined): Promise<AvailabilityFinding[]> {
  const { hostName, own, version, password } = given
  const seen = await certificateOf(given)
  if ('problem' in seen)
    return [
      {
        direction: 'from Exchange',
        check: 'port',
        outcome: 'failed',
        sentence: `Our own port ${own.port} does not answer: ${seen.problem}.`,
        remedy: 'Look into the log of the service, and at web.host and web.port.',
      },
    ]
  const findings: AvailabilityFinding[] = [certificateFinding(hostName, seen.distrust)]
  const tls = seen.distrust === undefined ? {} : { tls: { ca: seen.pem } }
  const common = { version, ...tls, lookup: leadingTo(own.host) }
  const url = new URL(`https://${hostName}:${own.port}/autodiscover/autodiscover.xml`)
  const peer = new HttpsPeer({ userAgent: `Landbridge/${version}`, ...common })
  try {
    const schemes = await peer.offered(url, { timeoutMs: 10_000 })
    const good = schemes.includes('basic')
    findings.push({
      direction: 'from Exchange',
      check: 'Autodiscover',
      outcome: good ? 'good' : 'failed',
      sentence: good
        ? `${url.href} asks for Basic credentials.`
        : `${url.href} does not ask for Basic credentials.`,
    })
  } catch (error) {
    if (!(error instanceof HttpsFailure)) throw error
    findings.push({
      direction: 'from Exchange',
      check: 'Autodiscover',
      outcome: 'failed',
      sentence: error.message,
    })
    return findings
  } finally {
    peer.close()
  }
  if (account === undefined) return findings
  if (password === undefined)
    return [
      ...findings,
      notChecked(
        'question',
        'Give the password of the account with --password-stdin to ask as Exchange does.',
      ),
    ]
  return [...findings, await wholeWay(account, password, url, common)]
}

/** Autodiscover, then GetUserAvailability at what it says. */
async function wholeWay(
  account: string,
  password: string,
  url: URL,
  common: { version: string; tls?: { ca: string }; lookup: LookupFunction },
): Promise<AvailabilityFinding> {
  const said = { direction: 'from Exchange', check: 'question' } as const
  const login = { user: account, password }
  const { ewsUrl, tried } = await discoverEws(account, { ...common, login, urls: [url] })
  if (ewsUrl === null)
    return { ...said, outcome: 'failed', sentence: tried.map(({ outcome }) => outcome).join(' ') }
  const source = exchangeFreeBusy({ ...common, endpoint: ewsUrl, user: account, password })
  const domain = account.slice(account.lastIndexOf('@') + 1)
  const signal = AbortSignal.timeout(15_000)
  const problem = await probeSource(source, undefined, { domain, now: Date.now(), signal })
  return problem === null
    ? { ...said, outcome: 'good', sentence: `${account} finds ${ewsUrl} and is answered there.` }
    : { ...said, outcome: 'failed', sentence: problem }
}

const certificateFinding = (hostName: string, distrust: string | undefined): AvailabilityFinding =>
  distrust === undefined
    ? {
        direction: 'from Exchange',
        check: 'certificate',
        outcome: 'good',
        sentence: `Our certificate is for ${hostName} and of an authority that is known.`,
      }
    : {
        direction: 'from Exchange',
        check: 'certificate',
        outcome: 'warning',
        sentence: `Our certificate is not trusted here (${distrust}), and may not be on Exchange.`,
        remedy: `Set tls.certificateFile and tls.keyFile to one for ${hostName}, or trust its authority on each Exchange server: Import-Certificate -FilePath authority.cer -CertStoreLocation Cert:\\LocalMachine\\Root`,
      }

/** What is set up on Exchange cannot be seen from here. */
function addressSpace(
  { routingDomain, publicUrl }: AvailabilityPreflight,
  account: string | undefined,
): AvailabilityFinding {
  const domain = routingDomain ?? 'ROUTING-DOMAIN'
  const user = `${domain}\\${account?.split('@', 1)[0] ?? 'ACCOUNT'}`
  return {
    direction: 'from Exchange',
    check: 'address space',
    outcome: 'not checked',
    sentence:
      routingDomain === null
        ? 'No routing domain is chosen (landbridge domain routing NAME), by which Exchange knows whom to ask us about.'
        : `Exchange must know that people of ${domain} are asked for here.`,
    remedy: `On Exchange, unless Get-AvailabilityAddressSpace shows it: Add-AvailabilityAddressSpace -ForestName ${domain} -AccessMethod OrgWideFB -Credentials (Get-Credential "${user}") -TargetAutodiscoverEpr "${publicUrl}/autodiscover/autodiscover.xml"`,
  }
}

type Seen = { pem: string; distrust: string | undefined } | { problem: string }

function certificateOf({ hostName, own }: Running): Promise<Seen> {
  return new Promise((resolve) => {
    const servername = isIP(hostName) === 0 ? { servername: hostName } : {}
    const socket = connect({ host: own.host, port: own.port, rejectUnauthorized: false, ...servername })
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`nothing within ${CONNECT_MS} ms`)))
    socket.once('error', ({ message }) => resolve({ problem: message }))
    socket.once('secureConnect', () => {
      const pem = socket.getPeerX509Certificate()?.toString() ?? ''
      const distrust = socket.authorized ? undefined : String(socket.authorizationError)
      socket.destroy()
      resolve({ pem, distrust })
    })
  })
}

/** Our own name leads to where we listen, whatever DNS says. */
const leadingTo =
  (host: string): LookupFunction =>
  (_name, { all }, done) => {
    const address = isIP(host) === 0 ? '127.0.0.1' : host
    const family = isIP(address)
    if (all) done(null, [{ address, family }])
    else done(null, address, family)
  }
