import type { Config } from '#src/config/settings.ts'
import type { Authenticator } from '#src/domain/directory/login/authenticator.ts'
import type { Digests } from '#src/domain/mailbox/search/digests.ts'
import type { Store } from '#src/domain/store.ts'
import type { Listener } from '#src/platform/listeners/listener.ts'
import { BoundedWarnings } from '#src/platform/log/bounded-warnings.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { FolderMemory } from '#src/protocols/imap/folder-memory.ts'
import { imapListener } from '#src/protocols/imap/listener.ts'
import { UserConnections } from '#src/protocols/imap/user-connections.ts'
import { ownHostname } from './mail-hosts.ts'
import { version } from './version.ts'

type Parts = {
  config: Config
  store: Store
  certificate: CertificateSource
  authenticator: Authenticator
  digests: Digests
  log: Log
}

type PortSetting = 'imap.tlsPort' | 'imap.port'

/** The ports on which mail programs read mail. */
export function imapListeners({
  config,
  store,
  certificate,
  authenticator,
  digests,
  log,
}: Parts): Listener[] {
  const users = new UserConnections()
  const folders = new FolderMemory()
  const warnings = new BoundedWarnings(log)
  const listener = (name: string, setting: PortSetting) =>
    imapListener({
      name,
      setting,
      at: { host: config['imap.host'], port: config[setting] },
      implicitTls: setting === 'imap.tlsPort',
      certificate,
      connections: config['imap.connections'],
      connectionsPerClient: config['imap.connectionsPerClient'],
      limits: {
        connectionsPerUser: config['imap.connectionsPerUser'],
        idleMs: config['imap.idleMinutes'] * 60_000,
        commandOctets: config['imap.commandBytes'],
        badCommands: config['imap.badCommands'],
      },
      store,
      authenticator,
      hostName: ownHostname(config),
      version,
      users,
      folders,
      digests,
      now: Date.now,
      log,
      warnings,
    })
  return [
    listener('mail for programs to read', 'imap.tlsPort'),
    listener('mail for programs to read with STARTTLS', 'imap.port'),
  ]
}
