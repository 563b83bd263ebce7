import { X509Certificate } from 'node:crypto'
import { requireDomainName } from '../directory/mail-domains.ts'
import { invalid, requireText } from '../directory/names.ts'

/** A domain of a forest. */
type DirectoryDomain = {
  /** `corp.example` */
  name: string
  /** In the order in which they are tried, `dc1.corp.example` or with a port; none: DNS is asked. */
  controllers: readonly string[]
  /** Where recipients are looked for; null: the whole domain. */
  base: string | null
  /** What people write before the backslash, `CORP`; absent: the first label of the name. */
  netbios?: string
}

/** Active Directory over LDAP, never without TLS. */
export type ActiveDirectoryConnection = {
  kind: 'active-directory'
  domains: readonly DirectoryDomain[]
  security: 'ldaps' | 'starttls'
  /** The name in the controllers' certificates where that is not their own. */
  certificateName: string | null
  /** PEM of the authorities that the certificates come from; null: those of the system. */
  authorities: string | null
  /** UPN, or distinguished name. */
  bindName: string
  password: string
  /** Distinguished name of the address list that people see (showInAddressBook); absent: everybody who is not hidden. */
  addressList?: string
  /** Accounts without mail in Exchange are listed too, so that they can be enabled here (DIR-02). */
  accounts?: true
  /** By what is seen who changed; absent: by change numbers (uSNChanged). */
  changes?: 'dirsync'
}

/** A file as `ldifde` writes it, read by the service from its own disk. */
export type LdifConnection = { kind: 'ldif'; file: string; accounts?: true }

/** Where the address book comes from, and how to get in there. */
export type DirectoryConnection = ActiveDirectoryConnection | LdifConnection

const CONTROLLER = /^(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?)(:[1-9][0-9]{0,4})?$/
/** MS-ADTS 3.1.1.1.10: up to 15 characters, none of those that mean something elsewhere. */
const NETBIOS = /^[^\s\\/:*?"<>|.@][^\\/:*?"<>|\x00-\x1f@]{0,14}$/
const DISTINGUISHED_NAME = /^[A-Za-z]+=.+/
const MOST_CONTROLLERS = 32
const MOST_PORT = 65_535
const MOST_DOMAINS = 50
const MOST_AUTHORITIES = 256 * 1_024

/** The connection, when it can work. Refuses `invalid-parameter` with what to write instead. */
export function requireConnection(connection: DirectoryConnection): DirectoryConnection {
  if (connection.kind === 'ldif') {
    if (!connection.file.startsWith('/') || connection.file.includes('\0'))
      throw invalid('Name the LDIF file by its whole path, for example /srv/directory.ldf.')
    return connection
  }
  const { domains, bindName, password, authorities, certificateName } = connection
  if (domains.length === 0 || domains.length > MOST_DOMAINS)
    throw invalid(`Name the domain to read, like corp.example; at most ${MOST_DOMAINS} of them.`)
  if (requireText('The bind name', bindName) === '' || password === '')
    throw invalid(
      'Give the name to bind with, as svc@corp.example or a distinguished name, and its password.',
    )
  if (authorities !== null && !isPem(authorities))
    throw invalid(
      'The authorities are no PEM file of certificates. Give the certificate of the authority that issued those of the domain controllers; "openssl x509 -inform der -in ca.cer" makes PEM of a .cer file.',
    )
  if (certificateName !== null) requireDomainName(certificateName)
  const { addressList } = connection
  if (
    addressList !== undefined &&
    !DISTINGUISHED_NAME.test(requireText('The address list', addressList, 1_024))
  )
    throw invalid(
      `"${addressList.slice(0, 80)}" is no distinguished name. "Get-GlobalAddressList | Format-List DistinguishedName" shows those there are.`,
    )
  return { ...connection, domains: domains.map(requireDomain) }
}

function requireDomain({ name, controllers, base, netbios }: DirectoryDomain): DirectoryDomain {
  if (controllers.length > MOST_CONTROLLERS) throw invalid(`Name at most ${MOST_CONTROLLERS} controllers.`)
  for (const controller of controllers) {
    if (!CONTROLLER.test(controller) || Number(/:(\d+)$/.exec(controller)?.[1] ?? 0) > MOST_PORT)
      throw invalid(
        `"${controller.slice(0, 80)}" is no domain controller. Write it like dc1.corp.example or dc1.corp.example:636.`,
      )
  }
  if (base !== null && !DISTINGUISHED_NAME.test(requireText('The base', base, 1_024)))
    throw invalid(
      `"${base.slice(0, 80)}" is no distinguished name. Write it like OU=People,DC=corp,DC=example.`,
    )
  if (netbios !== undefined && !NETBIOS.test(netbios))
    throw invalid(
      `"${netbios.slice(0, 80)}" is no NetBIOS name of a domain. Write what is before the backslash in CORP\\anna.`,
    )
  return { name: requireDomainName(name), controllers, base, ...(netbios !== undefined && { netbios }) }
}

const ONE_PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/** TLS passes over what it cannot read, and then trusts nobody. */
function isPem(text: string): boolean {
  const all = text.length <= MOST_AUTHORITIES ? (text.match(ONE_PEM) ?? []) : []
  return all.length > 0 && all.every(isCertificate)
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
