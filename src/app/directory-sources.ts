import { open } from 'node:fs/promises'
import type { LookupFunction } from 'node:net'
import {
  type ActiveDirectoryOptions,
  activeDirectorySource,
} from '#connectors/active-directory/active-directory-source.ts'
import { checkDirectory } from '#connectors/active-directory/check-directory.ts'
import { exchangeDirectory } from '#connectors/active-directory/exchange-directory.ts'
import { ldifSource } from '#connectors/active-directory/ldif-source.ts'
import type { OrganizationId } from '#src/base/ids.ts'
import type { Config } from '#src/config/settings.ts'
import type { ActiveDirectoryConnection, DirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import type { DirectorySource } from '#src/domain/directory-sync/source.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { type DnsClient, openDns } from '#src/platform/dns/dns-client.ts'
import { lookupFirstBy } from '#src/platform/dns/lookup-by.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { DirectorySyncServices } from '#src/protocols/admin/services.ts'
import { dnsServers } from './dns-resolver.ts'
import { version } from './version.ts'

/** A connection as the connector takes it. */
export function activeDirectoryOptions({
  domains,
  security,
  certificateName,
  authorities,
  bindName,
  password,
  addressList,
  accounts,
  changes,
}: ActiveDirectoryConnection): ActiveDirectoryOptions {
  return {
    domains: domains.map(({ name, controllers, base, netbios }) => ({
      name,
      controllers,
      ...(base !== null && { base }),
      ...(netbios !== undefined && { netbios }),
    })),
    security,
    account: { name: bindName, password },
    ...(certificateName !== null && { certificateName }),
    ...(authorities !== null && { authorities }),
    ...(addressList !== undefined && { addressList }),
    ...(accounts !== undefined && { accounts }),
    ...(changes !== undefined && { changes }),
  }
}

/** DNS by the servers of that setting, which know the addresses of the controllers that they name, too. */
export function directoryDns(setting: string): { dns: DnsClient; lookup?: LookupFunction } {
  const servers = dnsServers(setting)
  const dns = openDns({ servers })
  return servers.length === 0 ? { dns } : { dns, lookup: lookupFirstBy(dns) }
}

/** What keeping up address books takes, by these settings. */
export function directorySyncServices(
  config: Pick<Config, 'dns.servers' | 'directory.syncMinutes'>,
  log: Pick<Log, 'warn'>,
): DirectorySyncServices {
  const { dns, ...finding } = directoryDns(config['dns.servers'])
  const optionsOf = (connection: ActiveDirectoryConnection) => ({
    ...activeDirectoryOptions(connection),
    ...finding,
  })
  return {
    openSource: directorySources(optionsOf, dns, (sentence) => log.warn(sentence)),
    everyMs: config['directory.syncMinutes'] * 60_000,
    openWriter: async (connection, account, signal) => {
      if (connection.kind === 'ldif')
        throw new Refusal(
          'invalid-configuration',
          'The directory is read from a file, into which nothing is written. Use "landbridge migrate script".',
        )
      return exchangeDirectory({ ...optionsOf(connection), account }, { dns, signal })
    },
    check: async (connection, signal) =>
      connection.kind === 'ldif'
        ? [await checkFile(connection.file)]
        : checkDirectory(optionsOf(connection), { dns, now: Date.now, signal }),
  }
}

/** Whether the service may read it; what is in it shows with `gal sync --dry-run`. */
async function checkFile(
  file: string,
): Promise<{ check: string; ok: boolean; detail: string; remedy?: string }> {
  try {
    await using handle = await open(file)
    const { size } = await handle.stat()
    return { check: 'file', ok: true, detail: `${file} can be read; it has ${size} octets.` }
  } catch (error) {
    const detail = `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`
    return {
      check: 'file',
      ok: false,
      detail,
      remedy: 'Name a file that is there, and give the user of the service the right to read it.',
    }
  }
}

/** Opens what organisations are connected to. A source is kept while its connection is the same: it knows its servers by then. */
function directorySources(
  optionsOf: (connection: ActiveDirectoryConnection) => ActiveDirectoryOptions,
  dns: DnsClient,
  warn: (sentence: string) => void,
): (organization: OrganizationId, connection: DirectoryConnection) => DirectorySource {
  const kept = new Map<OrganizationId, { connection: string; source: DirectorySource }>()
  return (organization, connection) => {
    const text = JSON.stringify(connection)
    const known = kept.get(organization)
    if (known?.connection === text) return known.source
    const source =
      connection.kind === 'ldif'
        ? ldifSource(connection.file, { accounts: connection.accounts ?? false, warn })
        : activeDirectorySource({ ...optionsOf(connection), reader: version, warn }, { dns })
    kept.set(organization, { connection: text, source })
    return source
  }
}
