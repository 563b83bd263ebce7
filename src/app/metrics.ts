import type { Store } from '#src/domain/store.ts'
import type { Route } from '#src/platform/http/route.ts'
import { expositionType, formatMetrics, type Metric, type Sample } from '#src/platform/metrics/exposition.ts'
import type { ServiceDescription } from '#src/protocols/admin/services.ts'
import type { MailCounts } from './mail-counts.ts'

type Sources = {
  store: Pick<Store, 'maintenance' | 'delivery' | 'directorySync'>
  about: () => ServiceDescription
  mail: MailCounts
  process: { read(): Metric[] }
  now: () => number
}

const MOST_BOOKS = 1_000

/** GET /metrics: how the service does, for Prometheus. No address, name or subject is in it; organisations are named by their ids. */
export function metricsRoute(sources: Sources): Route {
  return {
    accepts: ({ method, target }) =>
      (method === 'GET' || method === 'HEAD') && target.split('?')[0] === '/metrics',
    async answer() {
      return {
        status: 200,
        headers: { 'content-type': expositionType, 'cache-control': 'no-store' },
        body: formatMetrics(await readMetrics(sources)),
      }
    },
  }
}

async function readMetrics({ store, about, mail, process, now }: Sources): Promise<Metric[]> {
  const at = now()
  const { version, startedAt, deliveries, scanners = [], certificate } = about()
  const [sizes, queue, books] = await Promise.all([
    store.maintenance.statistics(),
    store.delivery.queueStatistics(at),
    store.directorySync.listSynchronized(null, MOST_BOOKS),
  ])
  return [
    gauge('landbridge_info', 'Always 1; the version is its label.', [{ labels: { version }, value: 1 }]),
    one('landbridge_start_time_seconds', 'When the service started, Unix time.', startedAt / 1_000),
    one('landbridge_organizations', 'Organisations.', sizes.organizations),
    one('landbridge_mailboxes', 'Mailboxes.', sizes.mailboxes),
    one('landbridge_database_bytes', 'Octets of the database.', sizes.databaseBytes),
    one('landbridge_body_bytes', 'Octets of the files that hold the larger bodies.', sizes.bodyBytes),
    one('landbridge_disk_free_bytes', 'Octets that the disk of the data folder has left.', sizes.freeBytes),
    one('landbridge_queue_messages', 'Messages that wait for delivery.', queue.messages),
    one('landbridge_queue_recipients', 'Recipients that wait for delivery.', queue.recipients),
    one('landbridge_queue_due_recipients', 'Recipients whose next attempt is due.', queue.due),
    one(
      'landbridge_queue_oldest_seconds',
      'How long the oldest message has waited.',
      queue.oldestQueuedAt === null ? 0 : Math.max(0, at - queue.oldestQueuedAt) / 1_000,
    ),
    {
      name: 'landbridge_deliveries_total',
      help: 'Ends of delivery attempts since the start, in recipients.',
      type: 'counter',
      samples: Object.entries(deliveries ?? {})
        .filter(([outcome]) => outcome !== 'running')
        .map(([outcome, value]) => ({ labels: { outcome }, value })),
    },
    ...mail.read(),
    gauge(
      'landbridge_address_book_age_seconds',
      'Since the address book was last brought up to date.',
      books.flatMap(({ organization, synchronizedAt }): Sample[] =>
        synchronizedAt === null
          ? []
          : [{ labels: { organization }, value: Math.max(0, at - synchronizedAt) / 1_000 }],
      ),
    ),
    gauge(
      'landbridge_address_book_entries',
      'Entries that come from a directory elsewhere.',
      books.map(({ organization, objects }) => ({ labels: { organization }, value: objects })),
    ),
    gauge(
      'landbridge_scanner_up',
      'Whether a scanner answers.',
      scanners.map(({ name, failing }) => ({
        labels: { scanner: name },
        value: failing === undefined ? 1 : 0,
      })),
    ),
    ...(certificate === undefined
      ? []
      : [
          one(
            'landbridge_certificate_expiry_seconds',
            'When the TLS certificate ends, Unix time.',
            certificate.endsAt / 1_000,
          ),
        ]),
    ...process.read(),
  ]
}

const gauge = (name: string, help: string, samples: readonly Sample[]): Metric => ({
  name,
  help,
  type: 'gauge',
  samples,
})
const one = (name: string, help: string, value: number): Metric => gauge(name, help, [{ value }])
