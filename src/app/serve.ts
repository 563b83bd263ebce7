import { existsSync } from 'node:fs'
import { announceMigrationsJob } from '#jobs/announce-migrations.ts'
import { expireRecoverableJob } from '#jobs/expire-recoverable.ts'
import { forgetChangesJob } from '#jobs/forget-changes.ts'
import { forgetTraceJob } from '#jobs/forget-trace.ts'
import { makeOfflineBooksJob } from '#jobs/make-offline-books.ts'
import { prepareAddressBooksJob } from '#jobs/prepare-address-books.ts'
import { purgeExpiredJob } from '#jobs/purge-expired.ts'
import { syncDirectoryJob } from '#jobs/sync-directory.ts'
import { verifyDomainsJob } from '#jobs/verify-domains.ts'
import { isSettingName } from '#src/config/file-values.ts'
import type { LoadedConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { Digests } from '#src/domain/mailbox/search/digests.ts'
import { keepingIn } from '#src/domain/mailbox/search/kept-aspects.ts'
import { giveToGroups } from '#src/domain/migration/engine/grants/give-grants.ts'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { Route } from '#src/platform/http/route.ts'
import { type Listener, ListenFault } from '#src/platform/listeners/listener.ts'
import { type Log, openLog } from '#src/platform/log/open-log.ts'
import { processMetrics } from '#src/platform/metrics/process-metrics.ts'
import type { Job } from '#src/platform/scheduler/job.ts'
import { Scheduler } from '#src/platform/scheduler/scheduler.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { describeCertificate } from '#src/platform/tls/describe-certificate.ts'
import { openCertificate } from '#src/platform/tls/open-certificate.ts'
import { localAdminRoute, signedAdminRoute } from '#src/protocols/admin/endpoint.ts'
import type { ServiceDescription } from '#src/protocols/admin/services.ts'
import { dataFolderPaths } from './data-folder.ts'
import { dnsResolver } from './dns-resolver.ts'
import { freshFolder } from './fresh-folder.ts'
import { healthRoute } from './health.ts'
import { imapListeners } from './imap-service.ts'
import { lockWhenFree } from './lock-when-free.ts'
import { MailCounts } from './mail-counts.ts'
import { mailHosts, ownHostname } from './mail-hosts.ts'
import { type MailService, mailService } from './mail-service.ts'
import { metricsRoute } from './metrics.ts'
import { migrationAlerts, migrationReports, noticesBy } from './migration-alerts.ts'
import { type OpenData, openData } from './open-data.ts'
import { preflight } from './preflight.ts'
import { signInOf } from './sign-in.ts'
import { drainMs, stopInTime } from './stop-in-time.ts'
import { version } from './version.ts'
import { webListeners } from './web-service.ts'

/** A running service. */
export type Service = {
  listeners: readonly { name: string; address: string }[]
  data: OpenData
  log: Log
  /** Takes no new connection, finishes what is under way, closes the data. Rejects with `StopOverdue` when that is not over in time. */
  stop(): Promise<void>
}

/**
 * Starts the service on the data folder of the configuration, alone: throws `DataLocked` where another process uses
 * it, and `ConfigFault` before anything is made when the settings cannot work. Everything that was started is stopped again when a part of the start fails.
 * `signal` ends a start that brings data of an older version over.
 */
export async function startService(loaded: LoadedConfig, signal?: AbortSignal): Promise<Service> {
  const { config, sources } = loaded
  await preflight(loaded)
  await using undo = new AsyncDisposableStack()
  const paths = dataFolderPaths(config)
  const wasThere = existsSync(paths.folder)
  const lock = await lockWhenFree(paths.folder, paths.adminSocket, signal)
  undo.defer(() => lock.release())
  const fresh = await freshFolder(config, wasThere)
  let isUsed = false
  undo.defer(() => {
    if (!isUsed) fresh?.restore()
  })
  const { log, close: closeLog } = openLog({
    level: config['log.level'],
    output: config['log.output'],
    file: paths.log,
    maxFileBytes: config['log.maxFileBytes'],
    keptFiles: config['log.keptFiles'],
  })
  undo.defer(closeLog)
  const certificate = await openCertificate({
    certificateFile: config['tls.certificateFile'],
    keyFile: config['tls.keyFile'],
    folder: paths.tls,
    names: certificateNames(config),
    log,
  })
  undo.defer(() => certificate.close())

  const startedAt = Date.now()
  const reached: { name: string; address: string }[] = []
  let mail: MailService | undefined
  let scheduler: Scheduler | undefined
  const about = (): ServiceDescription => ({
    version,
    dataFolder: paths.folder,
    startedAt,
    serving: true,
    listeners: reached,
    certificate: describeCertificate(certificate.current()),
    ...mail?.describe(),
    ...(scheduler && { failingJobs: scheduler.failing }),
  })
  const data = await openData(config, log, about, { signal })
  undo.defer(() => data.close())
  undo.defer(async () => {
    const somebody = data.store.organizations.list(null, 1).then(({ rows }) => rows.length > 0)
    // Where that cannot be told, nothing is removed.
    isUsed ||= await somebody.catch(() => true)
  })

  const counts = new MailCounts()
  undo.defer(data.store.queue.watchTrace((event) => counts.count(event)))
  const process = processMetrics()
  undo.defer(() => process.close())
  const metrics = metricsRoute({ store: data.store, about, mail: counts, process, now: Date.now })

  const clock = new Scheduler(
    makeJobs(config, data, log, () => mail),
    log,
  )
  scheduler = clock
  undo.defer(() => clock.stop())

  let stopping = false
  const authenticator = signInOf(data.store, config)
  const running = await mailService({
    config,
    store: data.store,
    spoolRoom: data.spoolRoom,
    certificate,
    authenticator,
    log,
  })
  mail = running
  // What searches remember, whatever protocol they came by.
  const digests = new Digests({ keep: keepingIn(data.store) })
  const listeners = [
    ...makeListeners({ config, data, certificate, log, metrics, isStopping: () => stopping }),
    ...running.listeners,
    ...imapListeners({ config, store: data.store, certificate, authenticator, digests, log }),
    ...webListeners({ config, ...data, mail: running, certificate, authenticator, digests, log }),
  ]
  undo.defer(async () => {
    stopping = true
    const cutOff = AbortSignal.timeout(drainMs(config['service.stopSeconds']))
    await Promise.all(listeners.map((each) => each.stop(cutOff)))
    await running.stop(cutOff)
  })
  for (const each of listeners)
    reached.push({ name: each.name, address: await each.listen().catch(naming(sources)) })
  await running.start()
  data.migrations.engine.start()
  undo.defer(() => data.migrations.engine.stop(AbortSignal.timeout(drainMs(config['service.stopSeconds']))))
  log.info({ version, listeners: reached }, 'Landbridge is serving')
  clock.begin()

  isUsed = true
  const started = undo.move()
  return {
    listeners: reached,
    data,
    log,
    async stop() {
      log.info('Stopping')
      await stopInTime(started.disposeAsync(), config['service.stopSeconds'])
    },
  }
}

/** Adds where the port was chosen, so that one knows what to edit. */
const naming = (sources: LoadedConfig['sources']) => (error: unknown) => {
  if (!(error instanceof ListenFault) || !isSettingName(error.setting)) throw error
  const { setting, message } = error
  const source = sources[setting] === 'default' ? 'has its default' : `comes from ${sources[setting]}`
  throw new ListenFault(`${message} ${setting} ${source}.`, setting, { cause: error })
}

/** Everything that the clock starts, one entry each. */
function makeJobs(
  config: Config,
  { store, addressBooks, offlineBooks, directorySync, migrations }: OpenData,
  log: Log,
  mail: () => Pick<MailService, 'notify'> | undefined,
): Job[] {
  const now = Date.now
  return [
    purgeExpiredJob({ store, now }),
    expireRecoverableJob({ store, now }),
    forgetChangesJob({ store }),
    forgetTraceJob({ queue: store.queue, keptDays: config['trace.keptDays'], now }),
    syncDirectoryJob({
      store,
      now,
      log,
      random: Math.random,
      openSource: directorySync.openSource,
      everyMs: directorySync.everyMs,
      arrived: (organization, groups) => giveToGroups(store, organization, groups, now()),
      synchronized: (organization, signal) => addressBooks.prepare(organization, signal),
    }),
    makeOfflineBooksJob({
      store,
      now,
      log,
      books: offlineBooks,
      everyMs: config['directory.offlineBookHours'] * 3_600_000,
    }),
    prepareAddressBooksJob({ store, books: addressBooks }),
    verifyDomainsJob({ store, now, resolver: dnsResolver(config['dns.servers']), hosts: mailHosts(config) }),
    announceMigrationsJob({
      store,
      now,
      mail: noticesBy(mail),
      trouble: (message, error) => log.error({ err: error }, message),
    }),
    migrationAlerts(config, {
      store,
      now,
      live: () => migrations.engine.live(),
      mail,
      trouble: (message, error) => log.error({ err: error }, message),
    }),
    migrationReports({
      ...{ store, now, mail },
      trouble: (message, error) => log.error({ err: error }, message),
    }),
  ]
}

type Parts = {
  config: Config
  data: OpenData
  certificate: CertificateSource
  log: Log
  metrics: Route
  isStopping: () => boolean
}

/** Every face of the service, one entry each. They are started in this order. */
function makeListeners({ config, data, certificate, log, metrics, isStopping }: Parts): Listener[] {
  const common = { requestMs: config['admin.requestSeconds'] * 1000, log }
  return [
    httpListener({
      ...common,
      name: 'local administration socket',
      setting: 'dataFolder',
      at: { socket: dataFolderPaths(config).adminSocket },
      routes: [localAdminRoute(data.answer)],
    }),
    httpListener({
      ...common,
      name: 'administration API',
      setting: 'admin.port',
      at: { host: config['admin.host'], port: config['admin.port'] },
      certificate,
      routes: [signedAdminRoute(data.answer, data.store.accessKeys, data.store.administration, Date.now)],
    }),
    httpListener({
      ...common,
      name: 'health endpoint',
      setting: 'health.port',
      at: { host: config['health.host'], port: config['health.port'] },
      routes: [healthRoute(data.store, isStopping), metrics],
    }),
  ]
}

/** `localhost` and its addresses too: the first tries come from the machine itself. */
function certificateNames(config: Config): string[] {
  return [...new Set([ownHostname(config), 'localhost', '127.0.0.1', '::1'])]
}
