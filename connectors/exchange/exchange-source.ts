import type { LookupFunction } from 'node:net'
import { CarriedOctets } from '#src/base/carried-octets.ts'
import { untilAborted } from '#src/base/until-aborted.ts'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import type { HttpsLogin } from '#src/clients/https/https-peer.ts'
import type { PeerTls } from '#src/clients/https/secure-sockets.ts'
import type { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import type { MailboxSource, SourceMailbox } from '#src/domain/migration/source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import type { Spool } from '#src/platform/spool/spool.ts'
import { isIdle, readChanges } from './changes.ts'
import { checkSource } from './check.ts'
import { type Authorization, type EwsAccess, EwsSession } from './ews-session.ts'
import { isRecoverable } from './folder-roles.ts'
import { type FoundFolders, type FoundRoles, findFolders, rolesAtOnce, type Wanted } from './folders.ts'
import { archiveLeft } from './folders-beside.ts'
import { ItemHeads } from './item-heads.ts'
import { ItemReader, type ReaderOptions } from './item-reader.ts'
import { KnownRoles } from './known-roles.ts'
import { findLargeItems } from './large-items.ts'
import { OctetRoom } from './octet-room.ts'
import { passwordEnd } from './password-end.ts'
import { exchangeReturns } from './returns.ts'
import { readSettings } from './settings.ts'
import { SyncCalls } from './sync-calls.ts'

export type ExchangeSourceOptions = {
  /** `https://mail.corp.example/EWS/Exchange.asmx` */
  url: string
  /** Without it `authorization` is. */
  login?: HttpsLogin
  /** The value of Authorization, made anew when it has run out: `Bearer …`. */
  authorization?: Authorization
  /** How mailboxes of others are reached; default `impersonation`. */
  access?: EwsAccess
  /** For people; default `Exchange at` and its host. */
  name?: string
  tls?: PeerTls
  lookup?: LookupFunction
  /** Where tickets come from; without it Kerberos is not spoken. */
  kerberos?: KerberosTickets | undefined
  /** Where items go that are too large for memory. */
  spool: Spool
  /** Our own version. */
  version: string
  /** At the same time; default 10, which is all that Exchange 2010 lets an account have (migration.md 3.2). */
  connections?: number
  /** For a call without large octets, in milliseconds; default 2 minutes. */
  callMs?: number
  /** Waits before an item that is busy is tried again. */
  retryMs?: readonly number[]
  /** Of this server and account; default: of this source alone. */
  knownRoles?: KnownRoles
} & Partial<Wanted>

const RETRY_MS = [1_000, 5_000, 15_000]
/** As all mailboxes together have read ahead at most. */
const AHEAD_BYTES = 32 * 1024 * 1024

/** Mailboxes of Exchange 2010 to SE, or of whatever else speaks Exchange Web Services. */
export function openExchangeSource(options: ExchangeSourceOptions): MailboxSource {
  const { url, login, tls, lookup, spool, version, access = 'impersonation', callMs = 120_000 } = options
  const { host } = new URL(url)
  const connections = options.connections ?? 10
  const carried = new CarriedOctets()
  const client = new EwsClient(
    {
      url,
      connections,
      carried,
      kerberos: options.kerberos,
      ...(login && { login }),
      ...(tls && { tls }),
      ...(lookup && { lookup }),
      // A token that has run out is no reason to wait with the next one.
      ...(login === undefined && { refusedMs: 1 }),
    },
    version,
  )
  const wanted: Wanted = { archive: options.archive ?? false, recoverable: options.recoverable ?? false }
  const room = new OctetRoom(AHEAD_BYTES)
  // Exchange counts them for whoever asks, and for the owner of the mailbox where he is impersonated.
  const syncs = access === 'impersonation' ? undefined : new SyncCalls()
  const sessionFor = (mailbox: string, recent = false) =>
    new EwsSession({ client, mailbox, access, authorization: options.authorization, callMs, recent })
  /** Whether the mailbox that was opened last lies on a server that knows all words: most likely the next one does too. */
  let recent = false
  const opened = async (mailbox: string, signal: AbortSignal) => {
    if (recent) {
      const session = sessionFor(mailbox, recent)
      const roles = await rolesAtOnce(session, signal)
      if (roles !== undefined && session.isRecent) return { session, roles }
    }
    const session = sessionFor(mailbox)
    await session.one(
      'GetFolder',
      {
        FolderShape: { BaseShape: 'IdOnly' },
        FolderIds: [session.distinguished('msgfolderroot')],
      },
      `The mailbox ${mailbox}`,
      signal,
    )
    recent = session.isRecent
    return { session }
  }
  const { retryMs = RETRY_MS, knownRoles = new KnownRoles() } = options
  const mailboxWith = (session: EwsSession, how: Pick<MailboxOptions, 'told' | 'asEver'> = {}) =>
    mailboxOf(session, {
      syncs: syncs ?? new SyncCalls(),
      wanted,
      spool,
      room,
      callMs,
      retryMs,
      knownRoles,
      ...how,
    })
  return {
    name: options.name ?? `Exchange at ${host}`,
    server: host,
    connections,
    carried: () => carried.total,
    check: (mailbox, signal) => checkSource({ client, access, login, sessionFor }, mailbox, signal),
    expiries: () => [
      ...(client.certificateEndsAt === undefined
        ? []
        : [{ what: 'certificate' as const, of: host, endsAt: client.certificateEndsAt }]),
      ...passwordEnd(client, login),
    ],
    async open(mailbox, signal) {
      const { session, roles } = await opened(mailbox, signal)
      return mailboxWith(session, { told: roles })
    },
    reopen: (mailbox) =>
      knownRoles.has(mailbox)
        ? mailboxWith(sessionFor(mailbox, true), { asEver: (signal) => opened(mailbox, signal) })
        : undefined,
    close: async () => client.close(),
  }
}

type MailboxOptions = Omit<ReaderOptions, 'session' | 'heads'> & {
  syncs: SyncCalls
  wanted: Wanted
  callMs: number
  /** As they were when it was opened; folders are asked for next. */
  told?: FoundRoles | undefined
  knownRoles: KnownRoles
  /** Opens it as who has never seen it does: it was not asked for yet. */
  asEver?: (signal: AbortSignal) => Promise<unknown>
}

function mailboxOf(
  session: EwsSession,
  { wanted, callMs, syncs, told, knownRoles, asEver, ...reading }: MailboxOptions,
): SourceMailbox {
  const heads = new ItemHeads()
  const reader = new ItemReader({ session, heads, ...reading })
  /** As they were listed last, or are being listed. */
  let found: Promise<FoundFolders> | undefined
  let lacksFolders = false
  const list = (signal: AbortSignal): Promise<FoundFolders> => {
    const isFirst = found === undefined
    const known = { roles: knownRoles, counts: isFirst && asEver !== undefined }
    const listing = findFolders(session, wanted, signal, { told: isFirst ? told : undefined, known }).catch(
      async (error: unknown) => {
        // What is to be said of a mailbox that is not there any more is said as ever.
        if (known.counts && error instanceof SourceFailure && error.kind === 'mailbox-permanent') {
          knownRoles.forget(session.mailbox)
          await asEver!(signal)
        }
        throw error
      },
    )
    found = listing
    listing.catch(() => {
      if (found === listing) found = undefined
    })
    return listing
  }
  /** Of whoever lists them just now, unless that fails: its call has its own fate. */
  const foldersNow = async (signal: AbortSignal): Promise<FoundFolders> => {
    const theirs = found?.catch(() => undefined)
    return (theirs && (await untilAborted(theirs, signal))) ?? list(signal)
  }
  return {
    async *folders(signal) {
      const listed = await list(signal)
      lacksFolders = listed.lacksFolders
      yield* listed.folders
    },
    get lacksFolders() {
      return lacksFolders
    },
    changes: (folder, cursor, limit, signal) =>
      syncs.run(() => readChanges(session, folder, { cursor, limit, heads }, signal), signal),
    largeItems: (folder, above, signal) => findLargeItems(session, folder, above, signal),
    isIdle,
    items: (folder, keys, signal, spare) => reader.read(folder, keys, signal, spare),
    facts: (keys, signal) => reader.facts(keys, signal),
    async settings(signal) {
      const { folders, retention, losses, leavesArchive } = await foldersNow(signal)
      const archive = leavesArchive ? await archiveLeft(session, signal) : []
      const seen = folders.filter(({ role }) => !isRecoverable(role))
      const settings = await readSettings(session, { folders: seen, retention }, signal)
      return { ...settings, losses: [...archive, ...losses, ...settings.losses] }
    },
    returns: exchangeReturns(session, callMs),
    close: async () => undefined,
  }
}
