import { primaryAddress } from '#src/domain/directory/entry.ts'
import { parseAddrSpec } from '#src/formats/address/addr-spec.ts'
import type { Mailbox } from '#src/formats/address/mailbox-list.ts'
import type { EwsCall } from '../call.ts'

/** Who writes, unless a message says otherwise; undefined for who has no address. */
export function authorOf({ caller }: EwsCall): Mailbox | undefined {
  const { user } = caller.acting
  const address = primaryAddress(user)
  if (address === null) return undefined
  const { mailbox, host } = parseAddrSpec(address)
  return { name: user.displayName, mailbox, host }
}
