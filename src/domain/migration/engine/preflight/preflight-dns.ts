import { counted } from '#src/base/figure-words.ts'
import { isSameName } from '#src/base/same-name.ts'
import type { CheckLine, Member, SourceConfig } from '../project/project.ts'
import { line, ofSource } from './check-line.ts'

export type DnsFound = {
  values: readonly string[]
  /** Of the records as they were told now; null: nobody said it. */
  ttlSeconds: number | null
}

/** DNS as the pre-flight asks it. Each answers within seconds. */
export type PreflightDns = {
  /** What a name has of a type, names without a final dot; nothing where there is none. Rejects where nobody answers. */
  look(name: string, type: 'MX' | 'CNAME' | 'A' | 'TXT'): Promise<DnsFound>
  /** Whether this machine finds the address of a host; null: it cannot tell now. Never rejects. */
  resolves(host: string): Promise<boolean | null>
  /** Host that takes in mail here, host that answers Autodiscover, and the SPF mechanisms of what sends from here. */
  here: { mx: string; autodiscover: string; spf: string }
}

/** What the cut-over wants of MX and Autodiscover two days before it (migration.md 1.5). */
const MOST_TTL_SECONDS = 300
const LOWER = `Set its TTL to ${MOST_TTL_SECONDS} s two days before the cut-over.`
/** Domains that are asked about. */
const MOST_DOMAINS = 20

/**
 * What DNS says before a cut-over: whether the servers of the sources are found, and where mail and programs of the members' domains go,
 * with how long others remember that. Nothing of it fails but a name that is not there. Never rejects for what DNS does.
 */
export async function dnsLines(
  dns: PreflightDns,
  configs: readonly Pick<SourceConfig, 'id' | 'url'>[],
  members: readonly Pick<Member, 'address'>[],
  project: string,
): Promise<readonly CheckLine[]> {
  const domains = [...new Set(members.map(({ address }) => address.slice(address.lastIndexOf('@') + 1)))]
  const more = domains.length - MOST_DOMAINS
  const found = await Promise.all([
    ...configs.map((config) => sourceLine(dns, config, project)),
    ...domains
      .slice(0, MOST_DOMAINS)
      .flatMap((domain) => [mxLine(dns, domain), autodiscoverLine(dns, domain), spfLine(dns, domain)]),
  ])
  const rest = `${counted(more, 'domain')} more ${more === 1 ? 'was' : 'were'} not asked about.`
  return [
    ...found.filter((each) => each !== undefined),
    ...(more > 0 ? [said('warning', rest, 'Look for yourself.')] : []),
  ]
}

const said = (state: CheckLine['state'], found: string, remedy = ''): CheckLine =>
  line('', 'DNS', state, found, remedy)

const silent = (what: string): CheckLine =>
  said(
    'warning',
    `DNS does not answer about ${what}.`,
    'Look at dns.servers and the network, then ask again.',
  )

async function sourceLine(
  dns: PreflightDns,
  { id, url }: Pick<SourceConfig, 'id' | 'url'>,
  project: string,
): Promise<CheckLine | undefined> {
  // Of files there is only a folder.
  const host = URL.parse(url)?.hostname ?? ''
  if (host === '') return undefined
  const isFound = await dns.resolves(host)
  if (isFound === null) return silent(`${host}, the server of source "${id}"`)
  if (isFound) return said('ok', `${host}, the server of source "${id}", is found.`)
  return {
    ...said(
      'failed',
      `Nobody knows ${host}, the server of source "${id}".`,
      ofSource(
        'Correct its address with "landbridge migrate source", or let the DNS of this machine know it.',
        project,
        id,
      ),
    ),
    mayPass: true,
  }
}

async function mxLine({ look, here }: PreflightDns, domain: string): Promise<CheckLine> {
  const found = await look(domain, 'MX').catch(() => undefined)
  if (found === undefined) return silent(`the MX of ${domain}`)
  if (found.values.length === 0)
    return said(
      'warning',
      `${domain} has no MX.`,
      'Look where its mail comes in: nothing of it is turned by DNS.',
    )
  if (found.values.every((host) => isSameName(host, here.mx)))
    return said('ok', `The MX of ${domain} leads here already.`)
  return keptLine(`The MX of ${domain}`, found, 'mail goes the old way')
}

/** Programs ask for a CNAME, or for an address of that name. */
async function autodiscoverLine({ look, here }: PreflightDns, domain: string): Promise<CheckLine> {
  const name = `autodiscover.${domain}`
  try {
    const alias = await look(name, 'CNAME')
    if (alias.values.some((host) => isSameName(host, here.autodiscover)))
      return said('ok', `${name} leads here already.`)
    const found = alias.values.length > 0 ? alias : await look(name, 'A')
    if (found.values.length > 0) return keptLine(name, found, 'programs open the old server')
    return said('ok', `${name} does not exist: programs find nothing old there. The cut-over makes it.`)
  } catch {
    return silent(name)
  }
}

async function spfLine({ look, here }: PreflightDns, domain: string): Promise<CheckLine> {
  const found = await look(domain, 'TXT').catch(() => undefined)
  if (found === undefined) return silent(`the SPF record of ${domain}`)
  const spf = found.values.find((text) => /^v=spf1(\s|$)/i.test(text))
  if (spf === undefined)
    return said(
      'warning',
      `${domain} has no SPF record.`,
      `Publish "v=spf1 ${here.spf} ~all" beside what sends today.`,
    )
  if (here.spf.split(' ').every((each) => spf.toLowerCase().split(/\s+/).includes(each.toLowerCase())))
    return said('ok', `The SPF record of ${domain} names this service.`)
  return said(
    'warning',
    `The SPF record of ${domain} does not name this service: mail that is sent from here may be taken for forged.`,
    `Add ${here.spf} to it before the cut-over.`,
  )
}

function keptLine(what: string, { values, ttlSeconds }: DnsFound, so: string): CheckLine {
  const leads = `${what} leads to ${values.slice(0, 3).join(', ')}`
  if (ttlSeconds === null)
    return said('warning', `${leads}; for how long others remember that cannot be told.`, LOWER)
  if (ttlSeconds > MOST_TTL_SECONDS)
    return said(
      'warning',
      `${leads}, which others remember for ${ttlSeconds} s: for so long ${so} after the cut-over.`,
      LOWER,
    )
  // A name server that has it from another one tells what is left of it.
  return said('ok', `${leads}, which others remember for ${ttlSeconds} s as told now.`)
}
