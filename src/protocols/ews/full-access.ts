import type { EwsCall } from './call.ts'
import { accessDenied, type ReachedMailbox } from './places.ts'

/**
 * A mailbox whose settings the caller may see and change: the own one, and those with full access. Refuses
 * ErrorNonExistentMailbox, ErrorAccessDenied.
 */
export async function fullMailbox({ places }: EwsCall, address: string | undefined): Promise<ReachedMailbox> {
  const mailbox = address === undefined ? await places.own() : await places.byAddress(address)
  if (!mailbox.own && !mailbox.access.full) throw accessDenied()
  return mailbox
}
