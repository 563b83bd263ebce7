import type { Entry } from '#src/domain/directory/entry.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import type { EmailAddressType } from '#src/wire/ews/schema-types.ts'
import { shownEntry } from '../directory-entries.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'
import { roomList } from './get-room-lists.ts'

const PAGE = 500
const MOST = 1_000

/** GetRooms: the rooms that are shown; of a group, those among its members. */
export const getRooms = operation({
  name: 'GetRooms',
  async run(call, { RoomList }) {
    const { organization } = call.caller.acting
    const { directory } = call.services.store
    const address = RoomList.EmailAddress ?? ''
    const group =
      address === roomList(call) ? undefined : await directory.findEntry(organization, { address })
    if (group === undefined && address !== roomList(call))
      throw new EwsRefusal('ErrorNameResolutionNoResults', 'no-such-entry', 'There is no such list of rooms.')
    const entries: AsyncIterable<Entry> =
      group === undefined
        ? rowsOf((after: number | null) =>
            directory.listEntries(organization, {
              after,
              limit: PAGE,
              kind: 'resource',
              filter: { states: ['ENABLED'] },
            }),
          )
        : rowsOf((after: Entry['id'] | null) =>
            directory.listMembers(organization, group.id, { after, limit: PAGE }),
          )
    const rooms: { Id: EmailAddressType }[] = []
    for await (const entry of entries) {
      if (entry.kind !== 'resource' || entry.type !== 'ROOM' || entry.hidden || entry.state !== 'ENABLED')
        continue
      const shown = shownEntry(entry)
      if (shown !== undefined) rooms.push({ Id: shown })
      if (rooms.length >= MOST) break
    }
    return { response: { ...success, Rooms: rooms } }
  },
})
