import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '../refusal.ts'
import type { Store } from '../store.ts'
import { LIMITS } from './limits.ts'
import type { DkimKey, DkimPublic, MailDomain } from './mail-domain.ts'
import { invalid } from './names.ts'
import type { DirectoryWriter } from './store.ts'

const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Registers a domain, PENDING until its owner has published the ownership record (DOM-01, DOM-02), with an
 * RSA-2048 key that signs its mail. Until then it keeps nobody else from registering it. Refuses `domain-in-use`, `limit-exceeded`, `invalid-parameter`.
 */
export async function registerMailDomain(
  store: Store,
  organization: OrganizationId,
  domain: { name: string; use?: MailDomain['use'] },
  now: number,
): Promise<MailDomain> {
  const made = await newMailDomain(domain, now)
  return store.transact({ organization }, ({ directory }) => addMailDomain(directory, organization, made))
}

/** A domain and the key that signs its mail, before they are anywhere. */
type NewMailDomain = { record: Omit<MailDomain, 'version'>; key: DkimKey }

/** What `registerMailDomain` puts into the directory; the key takes a moment to make. Refuses `invalid-parameter`. */
export async function newMailDomain(
  domain: { name: string; use?: MailDomain['use'] },
  now: number,
): Promise<NewMailDomain> {
  const name = requireDomainName(domain.name)
  const { dkim, key } = await newDkimKey()
  const record = {
    name,
    use: domain.use ?? 'mail',
    isTest: false,
    createdAt: now,
    ownership: 'PENDING' as const,
    ownershipToken: randomBytes(32).toString('base64'),
    verifiedAt: null,
    checkedAt: null,
    dkim,
    mailFrom: null,
    records: {},
  }
  return { record, key }
}

/** The domain that an organisation comes with (LIM-22): `<alias>.<suffix>`, verified from the start. Refuses `invalid-parameter`. */
export async function newTestDomain(
  { alias, suffix }: { alias: string; suffix: string },
  now: number,
): Promise<NewMailDomain> {
  const { record, key } = await newMailDomain({ name: `${alias}.${suffix}` }, now)
  return { record: { ...record, isTest: true, ownership: 'VERIFIED', verifiedAt: now }, key }
}

/** Puts a domain into the directory; a test domain is the default while there is no other. Refuses `domain-in-use`, `limit-exceeded`. */
export async function addMailDomain(
  directory: DirectoryWriter,
  organization: OrganizationId,
  { record, key }: NewMailDomain,
): Promise<MailDomain> {
  if ((await directory.countDomains(organization)) >= LIMITS.domainsPerOrganization) {
    throw new Refusal(
      'limit-exceeded',
      `The organisation has ${LIMITS.domainsPerOrganization} domains, which is the most there can be. Remove one first.`,
    )
  }
  if ((await directory.findMailFromOwner(record.name)) !== undefined) {
    throw new Refusal(
      'domain-in-use',
      `${record.name} is a MAIL FROM domain, whose addresses stand for those of its parent. Use another domain.`,
    )
  }
  const made = await directory.createDomain(organization, record, key)
  const settings = await directory.settings(organization)
  if (record.isTest && settings.defaultDomain === null)
    await directory.putSettings(organization, { ...settings, defaultDomain: record.name })
  return made
}

/**
 * Takes a domain away; that it is not there is no error. Refuses `domain-in-use` while an address uses it, and
 * for the test domain, the default and the routing domain (DOM-09).
 */
export async function deregisterMailDomain(
  store: Store,
  organization: OrganizationId,
  name: string,
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    const domain = await directory.findDomain(organization, name)
    if (!domain) return
    const inUse = (sentence: string) => new Refusal('domain-in-use', sentence)
    if (domain.isTest) throw inUse(`${domain.name} came with the organisation and stays with it.`)
    const settings = await directory.settings(organization)
    if (settings.defaultDomain === domain.name)
      throw inUse(`${domain.name} is the default domain. Make another domain the default first.`)
    if (settings.routingDomain === domain.name)
      throw inUse(`${domain.name} is the routing domain. Choose another one first.`)
    if (await directory.isDomainUsed(organization, domain.name)) {
      throw inUse(
        `Addresses in ${domain.name} are still in use. Remove them first; disabled entries keep theirs until they are deleted or purged.`,
      )
    }
    await directory.removeDomain(organization, domain.name)
  })
}

/** New addresses are proposed in it; those that exist stay (DOM-10). Refuses `no-such-domain`, `domain-not-verified`. */
export function updateDefaultMailDomain(
  store: Store,
  organization: OrganizationId,
  name: string,
): Promise<void> {
  return choose(store, organization, name, 'defaultDomain', 'mail')
}

/** Local mailboxes enabled from now on get an address in it. Refuses `no-such-domain`, `domain-not-verified`, `invalid-parameter`. */
export function chooseRoutingDomain(store: Store, organization: OrganizationId, name: string): Promise<void> {
  return choose(store, organization, name, 'routingDomain', 'routing')
}

async function choose(
  store: Store,
  organization: OrganizationId,
  name: string,
  setting: 'defaultDomain' | 'routingDomain',
  use: MailDomain['use'],
): Promise<void> {
  await store.transact({ organization }, async ({ directory }) => {
    const domain = await directory.getDomain(organization, name)
    if (domain.ownership !== 'VERIFIED') {
      throw new Refusal(
        'domain-not-verified',
        `It is not yet proven that ${domain.name} is yours. Publish its ownership record, then check it again.`,
      )
    }
    if (domain.use !== use)
      throw invalid(`${domain.name} is a ${domain.use} domain; this wants a ${use} domain.`)
    const settings = await directory.settings(organization)
    await directory.putSettings(organization, { ...settings, [setting]: domain.name })
  })
}

/** Lower-case ASCII of at least two labels and at most 209 characters (LIM-16). Refuses `invalid-parameter`. */
export function requireDomainName(text: string): string {
  const name = text.toLowerCase().replace(/\.$/, '')
  const labels = name.split('.')
  const fits =
    name.length <= LIMITS.domainCharacters && labels.length >= 2 && labels.every((label) => LABEL.test(label))
  if (fits && !/^\d+$/.test(labels[labels.length - 1]!)) return name
  throw invalid(
    `"${text.slice(0, 80)}" is not a domain name. Write it like example.com, in ASCII (xn-- for other scripts), at most ${LIMITS.domainCharacters} characters.`,
  )
}

/** A key of RSA-2048 (RFC 8301 §3.2) under a selector of its own, so that an old one can stay published beside it. */
export async function newDkimKey(): Promise<{ dkim: DkimPublic; key: DkimKey }> {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: 2_048 })
  const selector = `lb-${randomBytes(4).toString('hex')}`
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { dkim: { selector, publicKey }, key: { selector, privateKey } }
}
