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
}

/** Mailboxes that are asked about at the same time. */
const TOGETHER = 4

/**
 * Delegates and rights on folders, mailbox by mailbox, as EWS tells them (migration.md 2.1). A mailbox that cannot be read is listed and
 * holds up nobody; a server that lets us read none is a Refusal.
 */
export function exchangeGrants({ mailboxes, signal, ...options }: Options): GrantSource {
  const { url, login, tls, lookup, version, access = 'impersonation', callMs = 120_000 } = options
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
        },
        version,
      )
      let read = 0
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
              const batch = await grantsOf(session, signal)
              read++
              return batch
            } catch (error) {
              if (!(error instanceof SourceFailure)) throw error
              // The first answer tells whether anything will be told at all.
              if (read === 0 && error.kind === 'refused' && error.code !== 'ErrorAccessDenied')
                throw new Refusal('not-allowed', `${name}: ${error.message}`)
              if (error.kind === 'transient' || error.kind === 'throttled' || error.kind === 'too-many')
                throw new Refusal(
                  'try-later',
                  `${name}: ${error.message} The plan was not made; try again later.`,
                )
              return { grants: [], leftOut: [unread(mailbox, error)] }
            }
          })
          for (const batch of await Promise.all(some)) yield batch
        }
      } finally {
        client.close()
      }
    },
  }
}

const unread = (owner: string, { message }: SourceFailure): LeftOut => ({
  reason: 'unknown-owner',
  owner,
  grantee: '',
  right: 'not read',
  where: message,
})

async function grantsOf(session: EwsSession, signal: AbortSignal): Promise<GrantBatch> {
  const delegates = await readDelegates(session, signal)
  const { folders } = await findFolders(session, { archive: false, recoverable: false }, signal)
  const { grants } = await readFolderPermissions(session, folders, signal)
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
  return { grants: once([...delegates.grants, ...grants]), leftOut }
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
