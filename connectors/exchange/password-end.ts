import type { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import type { HttpsLogin } from '#src/clients/https/https-peer.ts'
import type { Expiry } from '#src/domain/migration/source.ts'

/** It is not asked for again for so long. */
const KNOWN_MS = 3_600_000
/** Later than this it never ends. */
const FAR_MS = 10 * 366 * 24 * 3_600_000

const known = new WeakMap<EwsClient, { at: number; endsAt: number | undefined }>()

/**
 * When the password of the account ends, by GetPasswordExpirationDate of Exchange 2010 SP2 and later: asked once it was taken, as
 * the account itself. An account without a mailbox, and an older server, do not say. Rejects with the signal's reason alone.
 */
export async function askPasswordEnd(client: EwsClient, signal: AbortSignal): Promise<void> {
  const before = known.get(client)
  if (before !== undefined && Date.now() - before.at < KNOWN_MS) return
  known.set(client, { at: Date.now(), endsAt: before?.endsAt })
  try {
    const { PasswordExpirationDate } = await client.call(
      'GetPasswordExpirationDate',
      {},
      { signal, soap: { RequestServerVersion: { Version: 'Exchange2010_SP2' } } },
    )
    const endsAt = Date.parse(PasswordExpirationDate ?? '')
    const isFar = Number.isNaN(endsAt) || endsAt - Date.now() > FAR_MS
    known.set(client, { at: Date.now(), endsAt: isFar ? undefined : endsAt })
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HttpsFailure)) throw error
  }
}

export function passwordEnd(client: EwsClient, login: HttpsLogin | undefined): readonly Expiry[] {
  const endsAt = known.get(client)?.endsAt
  return endsAt === undefined || login === undefined ? [] : [{ what: 'password', of: login.user, endsAt }]
}
