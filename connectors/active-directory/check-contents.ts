import { EqualityFilter } from 'ldapts'
import { IN_SCOPE, IN_SCOPE_WITH_ACCOUNTS } from './attributes.ts'
import { AccessListOnly } from './controls.ts'
import type { DirectoryFinding } from './directory-finding.ts'
import type { ControllerIdentity } from './domain-controller.ts'
import type { LdapConnection, SearchAnswer, SearchQuery } from './ldap-connection.ts'
import { LdapFault, sourceFailureOf } from './ldap-fault.ts'

type Place = {
  connection: LdapConnection
  identity: ControllerIdentity
  server: string
  base: string
  netbios: string
  rights: boolean
  /** Those who are no recipients of Exchange are wanted too. */
  accounts: boolean
}

/** Exchange's own, without which nothing can be told apart. */
const NEEDED_ATTRIBUTES = [
  'msExchRecipientTypeDetails',
  'msExchHideFromAddressLists',
  'proxyAddresses',
  'mailNickname',
  'homeMDB',
]
const LEAST_PAGE = 500
const LEAST_SECONDS = 30
const POLICY = 'CN=Default Query Policy,CN=Query-Policies,CN=Directory Service,CN=Windows NT,CN=Services,'

/** Schema, rights and page policies, by reading a little. */
export async function checkContents(place: Place): Promise<DirectoryFinding[]> {
  return [
    await checkSchema(place),
    ...(await checkRights(place)),
    await checkPages(place),
    ...(await checkShortName(place)),
  ]
}

/** `CORP\anna` at sign-in is understood by the short name of the domain. */
async function checkShortName(place: Place): Promise<DirectoryFinding[]> {
  const filter = new EqualityFilter({ attribute: 'nCName', value: place.identity.namingContext })
  const base = `CN=Partitions,${place.identity.configuration}`
  const found = await ask(place, { base, scope: 'one', filter, attributes: ['nETBIOSName'] })
  const name = 'trouble' in found ? null : (found.entries[0]?.text('nETBIOSName') ?? null)
  if (name === null || name.toLowerCase() === place.netbios.toLowerCase()) return []
  const detail = `The short name of the domain is ${name}, and ${place.netbios} is assumed.`
  const remedy = `Configure ${name} as its short name, so that ${name}\\user is understood at sign-in.`
  return [{ check: 'controller', ok: true, detail, remedy }]
}

async function checkSchema(place: Place): Promise<DirectoryFinding> {
  const names = NEEDED_ATTRIBUTES.map((name) => `(lDAPDisplayName=${name})`).join('')
  const found = await ask(place, {
    base: `CN=Schema,${place.identity.configuration}`,
    scope: 'one',
    filter: `(&(objectClass=attributeSchema)(|${names}))`,
    attributes: ['lDAPDisplayName'],
  })
  if ('trouble' in found)
    return {
      check: 'schema',
      ok: false,
      detail: found.trouble,
      remedy: 'Let the account read the schema, as everybody may by default.',
    }
  const known = new Set(found.entries.map((entry) => entry.text('lDAPDisplayName')?.toLowerCase()))
  const lacking = NEEDED_ATTRIBUTES.filter((name) => !known.has(name.toLowerCase()))
  if (lacking.length === 0)
    return { check: 'schema', ok: true, detail: 'The schema has the attributes of Exchange.' }
  const detail = `The schema of ${place.server} lacks ${lacking.join(', ')}.`
  if (place.accounts)
    return {
      check: 'schema',
      ok: true,
      detail: `${detail} Without Exchange there are accounts to be enabled here, and nobody else.`,
    }
  return {
    check: 'schema',
    ok: false,
    detail,
    remedy:
      'Configure the forest in which Exchange is installed: its setup extends the schema (Setup.exe /PrepareSchema). Without Exchange connect with --accounts, and enable whom you choose.',
  }
}

/** insufficientAccessRights (RFC 4511 4.1.9). */
const INSUFFICIENT_RIGHTS = 50

async function checkRights(place: Place): Promise<DirectoryFinding[]> {
  const found = await ask(place, {
    base: place.base,
    scope: 'sub',
    filter: place.accounts ? IN_SCOPE_WITH_ACCOUNTS : IN_SCOPE,
    attributes: ['objectGUID', 'uSNChanged', 'objectClass', 'proxyAddresses', 'nTSecurityDescriptor'],
    page: { size: 20, cookie: undefined },
    controls: [new AccessListOnly()],
  })
  const remedy = `Give the account read access to ${place.base} and all below: dsacls "${place.base}" /I:T /G "DOMAIN\\account:GR"`
  if ('trouble' in found) {
    const fromRights = found.code === INSUFFICIENT_RIGHTS
    const elsewhere = `Name a base that is there, like ${place.identity.namingContext}, or none for the whole domain.`
    return [{ check: 'rights', ok: false, detail: found.trouble, remedy: fromRights ? remedy : elsewhere }]
  }
  if (found.entries.length === 0) {
    const detail = `No recipient is to be seen below ${place.base}: none is there, or the account may not see them.`
    return [{ check: 'rights', ok: false, detail, remedy: `Check the base. ${remedy}` }]
  }
  // Those of accounts are none to be missed.
  const needed = ['objectGUID', 'uSNChanged', 'objectClass', ...(place.accounts ? [] : ['proxyAddresses'])]
  const unreadable = needed.filter((name) => !found.entries.some((entry) => entry.has(name)))
  if (unreadable.length > 0)
    return [
      {
        check: 'rights',
        ok: false,
        detail: `The account may not read ${unreadable.join(', ')} of recipients.`,
        remedy,
      },
    ]
  const findings: DirectoryFinding[] = [
    { check: 'rights', ok: true, detail: 'The account reads recipients and their addresses.' },
  ]
  if (place.rights && !found.entries.some((entry) => entry.has('nTSecurityDescriptor')))
    findings.push({
      check: 'rights',
      ok: true,
      detail: 'The account may not read who may send as whom (nTSecurityDescriptor).',
      remedy: `Migration batches are planned better with it. ${remedy.replace(':GR', ':RC')}`,
    })
  return findings
}

/** The policies of the domain controllers, which no account can ask to be waived for itself. */
async function checkPages(place: Place): Promise<DirectoryFinding> {
  const found = await ask(place, {
    base: `${POLICY}${place.identity.configuration}`,
    scope: 'base',
    attributes: ['lDAPAdminLimits'],
  })
  if ('trouble' in found) {
    const detail =
      'The page policies cannot be read; the usual ones are assumed (MaxPageSize 1000, MaxValRange 1500, MaxQueryDuration 120).'
    return { check: 'paging', ok: true, detail }
  }
  const limits = new Map(
    (found.entries[0]?.texts('lDAPAdminLimits') ?? []).map((text) => text.split('=') as [string, string]),
  )
  const page = Number(limits.get('MaxPageSize') ?? 1000)
  const seconds = Number(limits.get('MaxQueryDuration') ?? 120)
  const detail = `Pages have up to ${page} entries, ${limits.get('MaxValRange') ?? 1500} values of an attribute, and may take ${seconds} seconds.`
  if (page >= LEAST_PAGE && seconds >= LEAST_SECONDS) return { check: 'paging', ok: true, detail }
  const remedy =
    'Set them back to the usual in ntdsutil, "LDAP policies": Set MaxPageSize to 1000, Set MaxQueryDuration to 120, Commit Changes.'
  // Short pages are slow, not wrong: how much was read is checked against the keys.
  return { check: 'paging', ok: seconds >= LEAST_SECONDS, detail, remedy }
}

async function ask(
  { connection, server }: Place,
  query: SearchQuery,
): Promise<SearchAnswer | { trouble: string; code: number }> {
  try {
    return await connection.search(query)
  } catch (error) {
    if (error instanceof LdapFault && error.trouble === 'result')
      return { trouble: (sourceFailureOf(error, server) as Error).message, code: error.code }
    throw error
  }
}
