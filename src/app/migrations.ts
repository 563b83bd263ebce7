import { randomInt } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { RunMigrations } from '#jobs/run-migrations.ts'
import type { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import type { Config } from '#src/config/settings.ts'
import { systemClock } from '#src/domain/migration/engine/pace/clock.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { openSpool, type SpoolRoom } from '#src/platform/spool/spool.ts'
import type { MigrationServices } from '#src/protocols/admin/services.ts'
import { dataFolderPaths } from './data-folder.ts'
import { loginsFault } from './mailbox-logins.ts'
import { openMigrationSource } from './migration-sources.ts'
import { preflightDns } from './preflight-dns.ts'
import { requireFolder } from './source-folder.ts'

/** Migrations of a data folder: steered by whoever opens it, run by the service alone. */
export type Migrations = { services: MigrationServices; engine: RunMigrations }

export async function openMigrations(
  config: Config,
  store: Store,
  room: SpoolRoom,
  { log, kerberos }: { log: Log; kerberos: KerberosTickets },
): Promise<Migrations> {
  const spool = await openSpool({
    folder: join(dataFolderPaths(config).spool, 'migration'),
    // Mail that comes in finds room whatever is copied.
    ...{ room, part: 3 / 4 },
    full: () =>
      new Refusal('try-later', 'The spool has no room for items that come over. Raise smtp.spoolBytes.'),
  })
  const freeBytes = () =>
    statfs(dataFolderPaths(config).folder).then(
      ({ bavail, bsize }) => bavail * bsize,
      // Not every file system can tell.
      () => null,
    )
  const engine = new RunMigrations({
    freeBytes,
    store,
    spool,
    clock: systemClock,
    // The data folder is locked.
    alone: true,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    openSource: (_organization, login) => openMigrationSource(login, spool, kerberos),
    alert: (message, about) => log.warn(about, `ALERT: ${message}`),
    trouble: (message, error) => log.error({ err: error }, message),
  })
  return {
    engine,
    services: {
      live: () => engine.live(),
      openSource: (login) => openMigrationSource(login, spool, kerberos),
      budgeted: (organization, config, source) => engine.budgeted(organization, config, source),
      requireFolder,
      loginsFault,
      freeBytes,
      dns: preflightDns(config),
    },
  }
}
