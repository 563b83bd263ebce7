import { setTimeout as pause } from 'node:timers/promises'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import type { FoundGrant, GrantBatch, GrantSource, LeftOut } from '#src/domain/migration/grant.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { Refusal } from '#src/domain/refusal.ts'
import { readDelegates } from './delegates.ts'
import { EwsSession } from './ews-session.ts'
import type { ExchangeSourceOptions } from './exchange-source.ts'
import { readFolderPermissions } from './folder-permissions.ts'
import { findFolders } from './folders.ts'

type Options = Omit<ExchangeSourceOptions, 'spool' | 'retryMs' | 'archive' | 'recoverable'> & {
  /** By primary address. */
  mailboxes: readonly string[]
  signal: AbortSignal
  /** How long to wait before a mailbox is asked again, where the server does not say. */
  waitMs?: readonly number[]
}

/** Mailboxes that are asked about at the same time. */
const TOGETHER = 4
const WAIT_MS: readonly number[] = [1_000, 5_000, 20_000, 60_000]
const LONGEST_WAIT_MS = 10 * 60_000
/** Beyond so many mailboxes that stayed busy it is the server, and the plan would know too little. */
const MOST_UNREAD = 20

/**
 * Delegates and rights on folders, mailbox by mailbox, as EWS tells them (migration.md 2.1). A mailbox that cannot be read is listed and
 * holds up nobody; a server that lets us read none is a Refusal.
 */
export function exchangeGrants({ mailboxes, signal, ...options }: Options): GrantSource {
  const { url, login, tls, lookup, version, access = 'impersonation', callMs = 120_000 } = options
  const { waitMs = WAIT_MS } = options
  const { host } = new URL(url)
  const name = options.name ?? `Exchange at ${host}`
  return {
    name,
    async *read() {
      const client = new EwsClient(
        {
          url,
          connections: options.connections ?? TOGETHER,
          ...(login ? { login } : { refusedMs: 1 }),
          ...(tls && { tls }),
          ...(lookup && { lookup }),
          kerberos: options.kerberos,
        },
        version,
      )
      // Who waits for a mailbox does not go on when another one ended the work.
      const ended = new AbortController()
      const until = AbortSignal.any([signal, ended.signal])
      let read = 0
      let unread = 0
      try {
        for (let from = 0; from < mailboxes.length; from += TOGETHER) {
          signal.throwIfAborted()
          const some = mailboxes.slice(from, from + TOGETHER).map(async (mailbox): Promise<GrantBatch> => {
            const session = new EwsSession({
              client,
              mailbox,
              access,
              authorization: options.authorization,
              callMs,
            })
            try {
              const batch = await patiently(
                () => grantsOf(session, until),
                read === 0 ? waitMs.slice(0, 1) : waitMs,
                until,
              )
              read++
              return batch
            } catch (error) {
              if (!(error instanceof SourceFailure)) throw error
              // The first answer tells whether anything will be told at all.
              if (read === 0 && error.kind === 'refused' && error.code !== 'ErrorAccessDenied')
                throw new Refusal('not-allowed', `${name}: ${error.message}`)
              // One mailbox that stays busy holds up nobody; a server that tells nothing makes no plan.
              const passes = ['transient', 'throttled', 'too-many'].includes(error.kind)
              if (passes && (read === 0 || ++unread > MOST_UNREAD))
                throw new Refusal(
                  'try-later',
                  `${name}: ${error.message} The plan was not made; try again later.`,
                )
              return { grants: [], leftOut: [notRead(mailbox, error)] }
            }
          })
          for (const batch of await Promise.all(some)) yield batch
        }
      } finally {
        ended.abort()
        client.close()
      }
    },
  }
}

const notRead = (owner: string, { message }: SourceFailure): LeftOut => ({
  reason: 'not-read',
  owner,
  grantee: '',
  right: '',
  where: message,
})

/** Again where it may pass, after as long as the server asks for. */
async function patiently<T>(
  work: () => Promise<T>,
  waitMs: readonly number[],
  signal: AbortSignal,
): Promise<T> {
  for (const wait of waitMs) {
    try {
      return await work()
    } catch (error) {
      const passes =
        error instanceof SourceFailure && ['transient', 'throttled', 'too-many'].includes(error.kind)
      if (!passes || (error.backOffMs ?? 0) > LONGEST_WAIT_MS) throw error
      await pause(error.backOffMs ?? wait, undefined, { signal })
    }
  }
  return work()
}

async function grantsOf(session: EwsSession, signal: AbortSignal): Promise<GrantBatch> {
  const delegates = await readDelegates(session, signal)
  const { folders } = await findFolders(session, { archive: false, recoverable: false }, signal)
  const { grants, leftOut: none } = await readFolderPermissions(session, folders, signal)
  const unreadable = delegates.losses.filter(({ weight }) => weight !== 'metadata')
  const leftOut = unreadable.map(
    ({ reason }): LeftOut => ({
      reason: 'unknown-grantee',
      owner: session.mailbox,
      grantee: 'a group among the delegates',
      right: 'delegate',
      where: reason,
    }),
  )
  return { grants: once([...delegates.grants, ...grants]), leftOut: [...leftOut, ...none] }
}

/** What a delegate may do follows from being one only as far as nothing else says it. */
const once = (grants: readonly FoundGrant[]): FoundGrant[] => [
  ...new Map(
    grants.map((grant) => [
      `${grant.owner} ${grant.grantee} ${grant.right} ${grant.folder ?? ''}`.toLowerCase(),
      grant,
    ]),
  ).values(),
]
