import type { OrganizationId } from '#src/base/ids.ts'
import type { AddressBooks } from '#src/domain/address-book/address-book.ts'
import type { DirectoryConnection } from '#src/domain/directory-sync/connection.ts'
import { isOverdue } from '#src/domain/directory-sync/overdue.ts'
import { type RunReport, tookMs } from '#src/domain/directory-sync/report.ts'
import type { Stands } from '#src/domain/directory-sync/standing.ts'
import type { StagedObject, SyncRecord } from '#src/domain/directory-sync/store.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { Store } from '#src/domain/store.ts'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { present, timestamp } from './entries.ts'

/** Everything but the password. */
export function connectionMembers(connection: DirectoryConnection): JsonObject {
  const { accounts } = connection
  if (connection.kind === 'ldif')
    return present({ Kind: 'LDIF', LdifFile: connection.file, Accounts: accounts })
  const { domains, security, certificateName, authorities, bindName, addressList, changes } = connection
  return present({
    Kind: 'ACTIVE_DIRECTORY',
    Domains: domains.map(({ name, controllers, base, netbios }) =>
      present({ Name: name, Controllers: [...controllers], Base: base, NetBiosName: netbios }),
    ),
    Security: security,
    CertificateName: certificateName,
    OwnAuthorities: authorities !== null,
    BindName: bindName,
    AddressList: addressList,
    Accounts: accounts,
    Changes: changes,
  })
}

/** How old the address book is, what waits, who is doubtful, and how the last runs went. */
export function syncMembers(
  record: SyncRecord,
  { quarantined, partial }: { quarantined: number; partial: number },
  everyMs: number,
  now: number,
): JsonObject {
  const { state, synchronizedAt, waiting, dueAt, objects, leasedUntil, isConnected } = record
  return present({
    SynchronizedTime: timestamp(synchronizedAt),
    AgeSeconds: synchronizedAt === null ? undefined : Math.max(0, Math.round((now - synchronizedAt) / 1_000)),
    Overdue: isConnected && isOverdue(record, everyMs, now),
    Objects: objects,
    Counts: { ...state.counts },
    Quarantined: quarantined,
    Partial: partial,
    NextTime: isConnected ? timestamp(dueAt) : undefined,
    Running: leasedUntil !== null && leasedUntil > now,
    WaitingRun: waiting,
    Runs: state.runs.map(runMembers),
  })
}

export function runMembers(report: RunReport): JsonObject {
  const { run, startedAt, full, outcome, read, inScope, decisions, blocked, alerts, failure } = report
  return present({
    Run: run,
    StartTime: timestamp(startedAt),
    Seconds: Math.round(tookMs(report) / 100) / 10,
    WhyFull: full,
    Outcome: outcome,
    Read: read,
    InScope: inScope,
    Decisions: { ...decisions },
    Blocked: [...blocked],
    Alerts: alerts && [...alerts],
    Failure: failure === null ? undefined : { Kind: failure.kind, Message: failure.message },
  })
}

/** One object of a difference. */
export function differenceMembers({
  guid,
  decision,
  entry,
  note,
}: Pick<StagedObject, 'guid' | 'entry' | 'note'> & { decision: Stands | null }): JsonObject {
  return present({
    Guid: guid,
    Decision: decision,
    Class: note?.class,
    Name: note?.name,
    Email: note?.address,
    EntityId: entry,
    Changes: note?.changes && [...note.changes],
    Remarks: note?.remarks && [...note.remarks],
    Reason: note?.reason,
  })
}

/** Of so many organisations at most, and no longer than that for what lies under their keys. */
const mostListed = 1_000
const ALERTS_WITHIN_MS = 1_000
const ALERTS_OF_MS = 24 * 3_600_000

/**
 * The age of every address book that comes from elsewhere; needs no key. Alerts of the last day, or why they are not counted: its key
 * is out of reach, or those before it took all the time there is (`elapsed`: ms of a clock that only goes forward).
 */
export async function addressBookMembers(
  store: Pick<Store, 'directorySync'>,
  everyMs: number,
  now: number,
  elapsed: () => number = () => performance.now(),
): Promise<JsonObject[]> {
  const books = await store.directorySync.listSynchronized(null, mostListed)
  const until = elapsed() + ALERTS_WITHIN_MS
  const members: JsonObject[] = []
  for (const book of books) {
    const alerts =
      elapsed() < until ? await alertsSince(store, book.organization, now - ALERTS_OF_MS) : 'NO_TIME'
    members.push(
      present({
        OrganizationId: book.organization,
        SynchronizedTime: timestamp(book.synchronizedAt),
        AgeSeconds:
          book.synchronizedAt === null
            ? undefined
            : Math.max(0, Math.round((now - book.synchronizedAt) / 1_000)),
        Overdue: isOverdue(book, everyMs, now),
        Objects: book.objects,
        LastRunSeconds: book.lastRunMs === null ? undefined : Math.round(book.lastRunMs / 100) / 10,
        WaitingRun: book.waiting,
        Alerts: typeof alerts === 'number' && alerts > 0 ? alerts : undefined,
        AlertsUnknown: typeof alerts === 'string' ? alerts : undefined,
      }),
    )
  }
  return members
}

async function alertsSince(
  store: Pick<Store, 'directorySync'>,
  organization: OrganizationId,
  since: number,
): Promise<number | 'KEY_OUT_OF_REACH'> {
  try {
    const record = await store.directorySync.findSync(organization)
    return (record?.state.runs ?? [])
      .filter(({ endedAt, outcome }) => endedAt >= since && outcome !== 'dry-run')
      .reduce((sum, { alerts = [] }) => sum + alerts.length, 0)
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'key-unavailable') return 'KEY_OUT_OF_REACH'
    throw error
  }
}

/** What address books that are searched take in memory. */
export const heldMembers = ({ books, entries, characters }: AddressBooks['held']): JsonObject => ({
  Books: books,
  Entries: entries,
  Characters: characters,
})
