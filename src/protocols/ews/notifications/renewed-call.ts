import { requireStillSignedIn } from '#src/domain/delivery/signed-in.ts'
import type { EwsCall } from '../call.ts'
import { callerOf } from '../caller.ts'
import { Places } from '../places.ts'

/**
 * The caller as the directory has it now: who was shut out hears nothing more. `since`: when they signed in, so that another
 * password ends it too. Refuses `SignedOut` and what `callerOf` refuses.
 */
export async function renewedCall(call: EwsCall, since?: number): Promise<EwsCall> {
  const { store, now } = call.services
  const { by } = call.caller
  if (by.kind === 'user') await requireStillSignedIn(store.directory, by.login, since, now())
  const caller = await callerOf(store, by, call.headers.ExchangeImpersonation)
  return { ...call, caller, places: new Places(store, caller) }
}
