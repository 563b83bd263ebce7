import type { LoadedConfig } from '#src/config/load-config.ts'
import type { Config } from '#src/config/settings.ts'
import { httpListener } from '#src/platform/http/http-listener.ts'
import type { Listener } from '#src/platform/listeners/listener.ts'
import { type Log, openLog } from '#src/platform/log/open-log.ts'
import type { CertificateSource } from '#src/platform/tls/certificate-source.ts'
import { openCertificate } from '#src/platform/tls/open-certificate.ts'
import { localAdminRoute, signedAdminRoute } from '#src/protocols/admin/endpoint.ts'
import type { ServiceDescription } from '#src/protocols/admin/services.ts'
import { lockDataFolder } from '#src/store/lock.ts'
import { dataFolderPaths } from './data-folder.ts'
import { healthRoute } from './health.ts'
import { ownHostname } from './mail-hosts.ts'
import { type OpenData, openData } from './open-data.ts'
import { version } from './version.ts'

/** A running service. */
export type Service = {
  listeners: readonly { name: string; address: string }[]
  data: OpenData
  log: Log
  /** Takes no new connection, finishes what is under way, closes the data. Always ends, at the latest when `signal` aborts. */
  stop(): Promise<void>
}

/**
 * Starts the service on the data folder of the configuration, alone: throws `DataLocked` where another process uses
 * it. Everything that was started is stopped again when a part of the start fails.
 */
export async function startService({ config }: LoadedConfig): Promise<Service> {
  await using undo = new AsyncDisposableStack()
  const paths = dataFolderPaths(config)
  const lock = lockDataFolder(paths.folder)
  undo.defer(() => lock.release())
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
  const about = (): ServiceDescription => ({
    version,
    dataFolder: paths.folder,
    startedAt,
    serving: true,
    listeners: reached,
  })
  const data = await openData(config, log, about)
  undo.defer(() => data.close())

  let stopping = false
  const listeners = makeListeners({ config, data, certificate, log, isStopping: () => stopping })
  undo.defer(async () => {
    stopping = true
    const cutOff = AbortSignal.timeout(config['service.stopSeconds'] * 1000)
    await Promise.all(listeners.map((each) => each.stop(cutOff)))
  })
  for (const each of listeners) reached.push({ name: each.name, address: await each.listen() })
  log.info({ version, listeners: reached }, 'Landbridge is serving')

  const started = undo.move()
  return {
    listeners: reached,
    data,
    log,
    async stop() {
      log.info('Stopping')
      await started.disposeAsync()
    },
  }
}

type Parts = {
  config: Config
  data: OpenData
  certificate: CertificateSource
  log: Log
  isStopping: () => boolean
}

/** Every face of the service, one entry each. They are started in this order. */
function makeListeners({ config, data, certificate, log, isStopping }: Parts): Listener[] {
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
      routes: [signedAdminRoute(data.answer, data.accessKeys, Date.now)],
    }),
    httpListener({
      ...common,
      name: 'health endpoint',
      setting: 'health.port',
      at: { host: config['health.host'], port: config['health.port'] },
      routes: [healthRoute(data.store, isStopping)],
    }),
  ]
}

/** `localhost` and its addresses too: the first tries come from the machine itself. */
function certificateNames(config: Config): string[] {
  return [...new Set([ownHostname(config), 'localhost', '127.0.0.1', '::1'])]
}
