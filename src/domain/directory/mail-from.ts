import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { domainOf } from './address.ts'
import type { MailDomain, MailFrom } from './mail-domain.ts'
import { requireDomainName } from './mail-domains.ts'
import { invalid } from './names.ts'
import type { DirectoryReader } from './store.ts'

/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const LONGEST_PATH = 254

/**
 * Envelope senders of mail that leaves get their domain replaced by the MAIL FROM domain once its records are found (DOM-06);
 * null takes that back. Refuses `no-such-domain`, `domain-not-verified`, `domain-in-use`, `invalid-parameter`.
 */
export async function putMailFrom(
  store: Store,
  organization: OrganizationId,
  domainName: string,
  given: MailFrom | null,
): Promise<MailDomain> {
  return store.transact({ organization }, async ({ directory }) => {
    const domain = await directory.getDomain(organization, domainName)
    const mailFrom = given && {
      ...given,
      name: await freeSubdomain(directory, organization, domain, given.name),
    }
    const isSame = mailFrom?.name === domain.mailFrom?.name
    const records = isSame ? domain.records : withoutMailFrom(domain.records)
    return directory.saveDomain(organization, { ...domain, mailFrom, records })
  })
}

async function freeSubdomain(
  directory: Pick<DirectoryReader, 'findDomainOwner' | 'findMailFromOwner'>,
  organization: OrganizationId,
  domain: MailDomain,
  given: string,
): Promise<string> {
  if (domain.ownership !== 'VERIFIED') {
    throw new Refusal(
      'domain-not-verified',
      `It is not yet proven that ${domain.name} is yours. Publish its ownership record, then check it again.`,
    )
  }
  const name = requireDomainName(given)
  if (!name.endsWith(`.${domain.name}`)) {
    throw invalid(
      `A MAIL FROM domain of ${domain.name} is a subdomain of it, for example bounce.${domain.name}.`,
    )
  }
  if (name === `autodiscover.${domain.name}`)
    throw new Refusal(
      'domain-in-use',
      `${name} has a CNAME record, beside which there can be no MX. Choose another subdomain.`,
    )
  const other = await directory.findMailFromOwner(name)
  const isTaken = other !== undefined && other.domain !== domain.name
  const isMailDomain = (await directory.findDomainOwner(name)) !== undefined
  if (isTaken || isMailDomain || (await isBelowAnother(directory, organization, domain, name))) {
    throw new Refusal(
      'domain-in-use',
      `${name} is a mail domain already, or lies below one of somebody else. Choose a subdomain in which nobody has an address.`,
    )
  }
  return name
}

/** Names below a domain that another organisation has proven to be theirs are theirs to give, also when its parent is ours. */
async function isBelowAnother(
  directory: Pick<DirectoryReader, 'findDomainOwner'>,
  organization: OrganizationId,
  domain: MailDomain,
  name: string,
): Promise<boolean> {
  for (let above = parentOf(name); above !== domain.name; above = parentOf(above)) {
    const owner = await directory.findDomainOwner(above)
    if (owner !== undefined && owner.organization !== organization) return true
  }
  return false
}

const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1)

/** What was found of another MAIL FROM domain says nothing of this one. */
export function withoutMailFrom(records: MailDomain['records']): MailDomain['records'] {
  const { 'mail-from-mx': _mx, 'mail-from-spf': _spf, ...others } = records
  return others
}

/** VERIFIED when both records are right: without its MX no report would come back, without SPF nobody would trust it. */
export function mailFromState({ records }: Pick<MailDomain, 'records'>): 'VERIFIED' | 'PENDING' | 'FAILED' {
  const states = [records['mail-from-mx'] ?? 'PENDING', records['mail-from-spf'] ?? 'PENDING']
  if (states.every((state) => state === 'VERIFIED')) return 'VERIFIED'
  return states.includes('INCONSISTENT') ? 'FAILED' : 'PENDING'
}

/**
 * The envelope sender with which mail leaves us: in the MAIL FROM domain of its own domain, under the same local part. Refuses
 * `domain-not-verified` while that domain's records are not there and its owner wants no other sender.
 */
export async function departingSender(
  directory: Pick<DirectoryReader, 'findDomain'>,
  organization: OrganizationId,
  sender: string,
): Promise<string> {
  const domain = sender === '' ? undefined : await directory.findDomain(organization, domainOf(sender))
  if (domain?.mailFrom == null || domain.ownership !== 'VERIFIED') return sender
  const { name, whenMissing } = domain.mailFrom
  if (mailFromState(domain) === 'VERIFIED') {
    const departing = inDomain(sender, name)
    return Buffer.byteLength(departing) <= LONGEST_PATH ? departing : sender
  }
  if (whenMissing === 'own-domain') return sender
  throw new Refusal(
    'domain-not-verified',
    `The DNS records of the MAIL FROM domain ${name} are not there, and mail of ${domain.name} leaves under no other sender.`,
  )
}

/** An address in a MAIL FROM domain as the address it stands for; any other as it is. */
export async function behindMailFrom(
  directory: Pick<DirectoryReader, 'findDomainOwner' | 'findMailFromOwner'>,
  address: string,
): Promise<string> {
  if (!address.includes('@')) return address
  const domain = domainOf(address)
  if ((await directory.findDomainOwner(domain)) !== undefined) return address
  const owner = await directory.findMailFromOwner(domain)
  return owner === undefined ? address : inDomain(address, owner.domain)
}

const inDomain = (address: string, domain: string): string =>
  `${address.slice(0, address.lastIndexOf('@'))}@${domain}`
