import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { type DnsRecord, dnsRecords, type MailHosts } from './dns-record.ts'
import { DAY_MS } from './limits.ts'
import type { MailDomain, OwnershipState, RecordPurpose, RecordState } from './mail-domain.ts'
import { withoutMailFrom } from './mail-from.ts'
import type { DirectoryReader } from './store.ts'

/**
 * DNS as the directory needs it; `src/platform` implements it. Names come without a final dot. A name or type
 * that does not exist is an empty list; an answer that cannot be had in time is refused with `try-later`.
 */
export type Resolver = {
  /** Each record as one text, its strings joined. */
  txt(name: string): Promise<readonly string[]>
  mx(name: string): Promise<readonly { preference: number; exchange: string }[]>
  cname(name: string): Promise<readonly string[]>
}

/** DOM-02. */
const OWNERSHIP_MS = 3 * DAY_MS

/**
 * Looks up every record of a domain and remembers what was found. A domain once VERIFIED stays so: an outage of
 * its DNS must not stop its mail. A record whose answer cannot be had keeps the state it had. Refuses `no-such-domain`,
 * and, once what was found is remembered, `domain-in-use` for one that another organisation has proven to be theirs, or that became a
 * MAIL FROM domain meanwhile.
 */
export async function verifyMailDomain(
  deps: { store: Store; resolver: Resolver; hosts: MailHosts },
  organization: OrganizationId,
  name: string,
  now: number,
): Promise<MailDomain> {
  const domain = await deps.store.directory.getDomain(organization, name)
  const wanted = dnsRecords(domain, deps.hosts)
  const states = await Promise.all(
    wanted.map(async (record): Promise<[RecordPurpose, RecordState]> => {
      const found = await lookUp(deps.resolver, record, domain)
      return [record.purpose, found ?? domain.records[record.purpose] ?? 'PENDING']
    }),
  )
  const found: MailDomain['records'] = Object.fromEntries(states)
  const { saved, proven } = await deps.store.transact({ organization }, async ({ directory }) => {
    const latest = await directory.getDomain(organization, name)
    const isSame = latest.mailFrom?.name === domain.mailFrom?.name
    const records = isSame ? found : withoutMailFrom(found)
    const proven = ownershipAfter(latest, records.ownership, now)
    const free = proven !== 'VERIFIED' || (await isFree(directory, organization, latest.name))
    const ownership = free ? proven : ownershipAfter(latest, undefined, now)
    const verifiedAt = ownership === 'VERIFIED' ? (latest.verifiedAt ?? now) : null
    const checked = { ...latest, records, ownership, verifiedAt, checkedAt: now }
    return { saved: await directory.saveDomain(organization, checked), proven }
  })
  if (proven === saved.ownership) return saved
  throw new Refusal(
    'domain-in-use',
    `The domain ${saved.name} is in use in this service already. Have it removed there, then check it again.`,
  )
}

/** Nobody else has it, and it is no MAIL FROM domain, whose addresses stand for those of its parent. */
async function isFree(
  directory: DirectoryReader,
  organization: OrganizationId,
  name: string,
): Promise<boolean> {
  const owner = await directory.findDomainOwner(name)
  if (owner !== undefined && owner.organization !== organization) return false
  return (await directory.findMailFromOwner(name)) === undefined
}

function ownershipAfter(domain: MailDomain, found: RecordState | undefined, now: number): OwnershipState {
  if (domain.ownership === 'VERIFIED' || found === 'VERIFIED') return 'VERIFIED'
  return now - domain.createdAt > OWNERSHIP_MS ? 'FAILED' : 'PENDING'
}

/** Undefined when there is no answer now. */
async function lookUp(
  resolver: Resolver,
  record: DnsRecord,
  domain: MailDomain,
): Promise<RecordState | undefined> {
  try {
    return await judge(resolver, record, domain)
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'try-later') return undefined
    throw error
  }
}

async function judge(resolver: Resolver, record: DnsRecord, domain: MailDomain): Promise<RecordState> {
  switch (record.purpose) {
    case 'ownership':
      return judgeOwnership(resolver, record, domain)
    case 'mx':
    case 'mail-from-mx':
      return judgeMx(await resolver.mx(record.name), record)
    case 'autodiscover':
      return judgeNames(await resolver.cname(record.name), record.value)
    case 'spf':
    case 'mail-from-spf':
      return judgeTagged(await resolver.txt(record.name), /^v=spf1(\s|$)/i, (text) =>
        hasMechanisms(text, record.value),
      )
    case 'dkim':
      return judgeTagged(
        await resolver.txt(record.name),
        /(^|;)\s*p=/,
        (text) => publicKeyOf(text) === domain.dkim.publicKey,
      )
    case 'dmarc':
      // Which policy is the owner's to choose.
      return judgeTagged(await resolver.txt(record.name), /^v=DMARC1\s*;/, () => true)
  }
}

/** Providers that forbid underscores in names put the token at the domain itself (DOM-02). */
async function judgeOwnership(
  resolver: Resolver,
  record: DnsRecord,
  domain: MailDomain,
): Promise<RecordState> {
  const labelled = await resolver.txt(record.name)
  if (labelled.includes(record.value)) return 'VERIFIED'
  if ((await resolver.txt(domain.name)).includes(record.value)) return 'VERIFIED'
  return labelled.length > 0 ? 'INCONSISTENT' : 'MISSING'
}

function judgeMx(found: readonly { preference: number; exchange: string }[], record: DnsRecord): RecordState {
  const host = record.value.slice(record.value.indexOf(' ') + 1)
  return judgeNames(
    found.map(({ exchange }) => exchange),
    host,
  )
}

/** VERIFIED when every name is the one wanted: another one beside it would get part of what is ours. */
function judgeNames(found: readonly string[], wanted: string): RecordState {
  if (found.length === 0) return 'MISSING'
  return found.every((name) => sameName(name, wanted)) ? 'VERIFIED' : 'INCONSISTENT'
}

/** Of the records that are of this sort there must be one, and the right one (RFC 7208 §4.5, RFC 7489 §6.6.3). */
function judgeTagged(found: readonly string[], sort: RegExp, right: (text: string) => boolean): RecordState {
  const mine = found.filter((text) => sort.test(text))
  if (mine.length === 0) return 'MISSING'
  return mine.length === 1 && right(mine[0]!) ? 'VERIFIED' : 'INCONSISTENT'
}

/** Whether each mechanism of ours is among theirs, who may have more. */
function hasMechanisms(text: string, wanted: string): boolean {
  const terms = new Set(text.toLowerCase().split(/\s+/))
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((term) => !/^(v=spf1|[~?+-]all)$/.test(term))
    .every((term) => terms.has(term) || terms.has(`+${term}`))
}

function publicKeyOf(text: string): string | undefined {
  return /(?:^|;)\s*p=([^;]*)/.exec(text)?.[1]?.replace(/\s+/g, '')
}

const sameName = (a: string, b: string): boolean =>
  a.toLowerCase().replace(/\.$/, '') === b.toLowerCase().replace(/\.$/, '')
