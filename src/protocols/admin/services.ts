import type { OrganizationId } from '#src/base/ids.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import type { OfflineBooks } from '#src/domain/address-book/offline/offline-books.ts'
import type { AvailabilityQuery } from '#src/domain/availability/answer-availability.ts'
import type { ProbeAvailability } from '#src/domain/availability/configuration.ts'
import type { FreeBusyAnswer } from '#src/domain/availability/free-busy-source.ts'
import type { MailHosts } from '#src/domain/directory/dns-record.ts'
import type { Resolver } from '#src/domain/directory/domain-verification.ts'
import type { PasswordHash } from '#src/domain/directory/login/password-hash.ts'
import type { DirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import type { DirectorySource } from '#src/domain/directory-sync/source.ts'
import type { ProbeGateway } from '#src/domain/gateway/gateway.ts'
import type { ExchangeDirectory } from '#src/domain/migration/cut-over/directory-values.ts'
import type { PreflightDns } from '#src/domain/migration/engine/preflight/preflight-dns.ts'
import type { LiveMigration } from '#src/domain/migration/engine/progress/live.ts'
import type { SourceConfig, SourceLogin } from '#src/domain/migration/engine/project/project.ts'
import type { MailboxSource } from '#src/domain/migration/source.ts'
import type { Store } from '#src/domain/store.ts'
import type { Log } from '#src/platform/log/open-log.ts'
import type { Operations } from './operations.ts'

/** What actions work with; `src/app` puts it together. */
export type AdminServices = {
  store: Store
  passwords: PasswordHash
  resolver: Resolver
  /** What the DNS records of every domain point at. */
  mailHosts: MailHosts
  operations: Operations
  addressBooks: AddressBooks
  offlineBooks: Pick<OfflineBooks, 'newest' | 'make'>
  directorySync: DirectorySyncServices
  probeGateway: ProbeGateway
  availability: AvailabilityServices
  migration: MigrationServices
  /** What ARNs are made of. */
  place: { region: string; accountId: string }
  /** An organisation's first domain is ALIAS.SUFFIX (LIM-22). */
  testDomainSuffix: string
  /** Of the service as a whole, for DescribeService. */
  about: () => ServiceDescription
  log: Log
  now: () => number
}

/** What questions about free and busy times take. */
type AvailabilityServices = {
  answer: (query: AvailabilityQuery) => Promise<FreeBusyAnswer[]>
  probe: ProbeAvailability
  /** A configuration was changed. */
  forget: (organization: OrganizationId, domain: string) => void
}

/** What migrations take besides the store. */
export type MigrationServices = {
  /** What runs in this process. */
  live: () => LiveMigration
  /** Refuses `invalid-configuration`. */
  openSource: (login: SourceLogin) => Promise<MailboxSource>
  /** For looking at it beside what is read from its server: within the same budget. */
  budgeted: (organization: OrganizationId, config: SourceConfig, source: MailboxSource) => MailboxSource
  /** Refuses `invalid-parameter` where there is no folder of that name. */
  requireFolder: (path: string) => Promise<void>
  /** What is wrong with the file of passwords of mailboxes, for people; undefined: nothing. */
  loginsFault?: (file: string) => Promise<string | undefined>
  /** Free octets where mailboxes are kept; null: the disk does not say. Does not reject. */
  freeBytes: () => Promise<number | null>
  /** Absent: nobody looks. */
  dns?: PreflightDns
}

export type ServiceDescription = {
  version: string
  dataFolder: string
  startedAt: number
  /** Whether a service runs, or one command opened the data by itself. */
  serving: boolean
  listeners: readonly { name: string; address: string }[]
  /** Of the TLS certificate that listeners show; `endsAt` in epoch milliseconds. Absent where no service runs. */
  certificate?: { subject: string; issuer: string; endsAt: number }
  /** What was delivered since the start, by the job's own words; absent where no service runs. */
  deliveries?: Readonly<Record<string, number>>
  /** Each scanner that is configured; `failing` since which moment (epoch milliseconds), for how many messages, and why. */
  scanners?: readonly {
    name: string
    kind: string
    failing?: { since: number; messages: number; reason: string }
  }[]
  /** Jobs whose last run failed, since when (epoch milliseconds), and for whom where not for everybody. */
  failingJobs?: readonly { job: string; since: number; of: readonly string[] }[]
}

/** What keeping up an address book takes besides the store. */
export type DirectorySyncServices = {
  openSource: (organization: OrganizationId, connection: DirectoryConnection) => DirectorySource
  /** The same directory by an account that may write there. Refuses `invalid-configuration`; SourceFailure. */
  openWriter: (
    connection: DirectoryConnection,
    account: { name: string; password: string },
    signal: AbortSignal,
  ) => Promise<ExchangeDirectory>
  /** From one run to the next. */
  everyMs: number
  check: (
    connection: DirectoryConnection,
    signal: AbortSignal,
  ) => Promise<readonly { check: string; ok: boolean; detail: string; remedy?: string }[]>
}
