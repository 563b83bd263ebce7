import { gatewayProbe } from '#connectors/internet-mail/gateway.ts'
import type { Config } from '#src/config/settings.ts'
import { AddressBooks } from '#src/domain/address-book/address-book.ts'
import { wordsKeeper } from '#src/domain/address-book/kept-words.ts'
import type { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import { type AvailabilityDeps, answerAvailability } from '#src/domain/availability/answer-availability.ts'
import { passwordHash } from '#src/domain/directory/login/password-hash.ts'
import type { Report } from '#src/domain/organization/store.ts'
import type { Store } from '#src/domain/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import { SpoolRoom } from '#src/platform/spool/spool.ts'
import { type CallAnswerer, callAnswerer } from '#src/protocols/admin/answer-call.ts'
import { Operations } from '#src/protocols/admin/operations.ts'
import type { DirectorySyncServices, ServiceDescription } from '#src/protocols/admin/services.ts'
import { makeFolder } from '#src/store/make-folder.ts'
import { openStore } from '#src/store/open.ts'
import { dataFolderPaths, holdsData } from './data-folder.ts'
import { directorySyncServices } from './directory-sources.ts'
import { diskTrouble } from './disk-trouble.ts'
import { dnsResolver } from './dns-resolver.ts'
import { kerberosTickets } from './kerberos.ts'
import { keyProviders } from './key-providers.ts'
import { gatewayOptions, mailHosts } from './mail-hosts.ts'
import { type Migrations, openMigrations } from './migrations.ts'
import { openOfflineBooks } from './offline-books.ts'
import { remoteAvailability } from './remote-availability.ts'
import { upgradeLog } from './upgrade-log.ts'

/** A little longer than a function may take (CAP-03). */
const AVAILABILITY_MS = 26_000

/** The data folder opened: what a service and a single command of the command line have in common. */
export type OpenData = {
  store: Store
  addressBooks: AddressBooks
  offlineBooks: OfflineBooks
  /** What spools share. */
  spoolRoom: SpoolRoom
  directorySync: DirectorySyncServices
  /** What questions about free and busy times are answered from. */
  availability: AvailabilityDeps
  /** Nothing of it runs before its engine is started. */
  migrations: Migrations
  /** Answers every call of the administration API. */
  answer: CallAnswerer
  /** Cancels long work, waits for what is being written, lets go of files and keys. */
  close(): Promise<void>
}

/** The caller holds the lock of the data folder. Throws `DataIncomplete` rather than to begin anew beside what is left of data. */
export async function openData(
  config: Config,
  log: Log,
  about: () => ServiceDescription,
  {
    report = upgradeLog(log),
    signal,
  }: { report?: Report | undefined; signal?: AbortSignal | undefined } = {},
): Promise<OpenData> {
  const paths = dataFolderPaths(config)
  await holdsData(config)
  for (const folder of [paths.keys, paths.spool]) makeFolder(folder)
  const now = Date.now
  const keys = keyProviders(config)
  const store = await openStore({
    folder: paths.folder,
    keyProviders: keys.providers,
    defaultKeyProvider: config['keys.provider'],
    now,
    trouble: (message) => log.warn(message),
    report,
    signal,
    keyReachChanged: (organization, reason) =>
      reason === null
        ? log.info({ organization }, 'The key of an organisation can be used again')
        : log.warn({ organization, reason }, 'ALERT: the key of an organisation is out of reach'),
  })
  const operations = new Operations(now, (error, id) => {
    const trouble = diskTrouble(error)
    log.error({ err: error, operationId: id }, trouble ?? 'A long operation failed for a reason of our own')
    if (trouble !== undefined) return trouble
    return `The service failed; its log says why under operation ${id}.`
  })
  const addressBooks = new AddressBooks({
    ...{ directory: store.directory, keeper: wordsKeeper(store), now },
    memoryBytes: config['directory.searchBytes'],
    trouble: (message, error) => log.warn({ err: error }, message),
  })
  const spoolRoom = new SpoolRoom(config['smtp.spoolBytes'])
  const offlineBooks = await openOfflineBooks(config, store, spoolRoom)
  const directorySync = directorySyncServices(config, log)
  const kerberos = kerberosTickets(config)
  const remotes = remoteAvailability(config, store.directory, log, kerberos)
  const availability = {
    directory: store.directory,
    mailboxes: store.mailboxes,
    remoteFor: remotes.remoteFor,
    deadlineMs: AVAILABILITY_MS,
  }
  const migrations = await openMigrations(config, store, spoolRoom, { log, kerberos })
  const place = { region: config['admin.region'], accountId: config['admin.accountId'] }
  const answer = callAnswerer({
    store,
    passwords: passwordHash(),
    resolver: dnsResolver(config['dns.servers']),
    mailHosts: mailHosts(config),
    operations,
    addressBooks,
    offlineBooks,
    directorySync,
    probeGateway: gatewayProbe(gatewayOptions(config)),
    availability: {
      answer: (query) => answerAvailability(availability, query),
      probe: remotes.probe,
      forget: remotes.forget,
    },
    migration: migrations.services,
    place,
    testDomainSuffix: config['service.testDomainSuffix'],
    about,
    log,
    now,
  })
  return {
    store,
    answer,
    addressBooks,
    offlineBooks,
    spoolRoom,
    directorySync,
    availability,
    migrations,
    async close() {
      await operations.stop()
      remotes.close()
      addressBooks.close()
      await offlineBooks.close()
      await store.close()
      await keys.close()
    },
  }
}
