import { isShown } from '#src/domain/address-book/card.ts'
import type { Entry } from '#src/domain/directory/entry.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { EmailAddressType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { shownEntry } from '../directory-entries.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { ownListMembers } from '../people/own-lists.ts'
import { EwsRefusal } from '../refusal-codes.ts'

const PAGE = 500
const MOST = 10_000

/**
 * ExpandDL: the direct members of a group, groups among them for the client to expand; of a list of one's own everybody it
 * stands for.
 */
export const expandDl = operation({
  name: 'ExpandDL',
  run: (call, { Mailbox }) =>
    single(call, 'ExpandDL', async () => {
      if (Mailbox.ItemId !== undefined) return expansionOf(await ownListMembers(call, Mailbox.ItemId))
      const group = await groupOf(call, Mailbox)
      const members: EmailAddressType[] = []
      const { organization } = call.caller.acting
      for await (const member of rowsOf((after: Entry['id'] | null) =>
        call.services.store.directory.listMembers(organization, group.id, { after, limit: PAGE }),
      )) {
        call.signal.throwIfAborted()
        // Mail to the group reaches hidden members too; as in Exchange nobody is told of them (exchange-interop 1.1).
        const shown = isShown(member) ? shownEntry(member) : undefined
        if (shown !== undefined) members.push(shown)
        if (members.length >= MOST) break
      }
      return expansionOf(members)
    }),
})

const expansionOf = (members: readonly EmailAddressType[]) => ({
  DLExpansion: {
    TotalItemsInView: members.length,
    IncludesLastItemInRange: members.length < MOST,
    Mailbox: members,
  },
})

async function groupOf(
  { services, caller }: EwsCall,
  { EmailAddress, Name }: EmailAddressType,
): Promise<Entry> {
  const address = EmailAddress ?? Name ?? ''
  const entry = await services.store.directory.findEntry(caller.acting.organization, { address })
  // Members of a group that is not shown are nobody's to know.
  if (entry?.kind !== 'group' || entry.state !== 'ENABLED' || entry.hidden)
    throw new EwsRefusal(
      'ErrorNameResolutionNoResults',
      'no-such-entry',
      `There is no group "${address.slice(0, 320)}".`,
    )
  return entry
}
