import { primaryAddress } from '#src/domain/directory/entry.ts'
import type { EwsCall } from '../call.ts'
import { success } from '../messages.ts'
import { operation } from '../operation.ts'

/** The one list that has every room: WorkMail knows no lists of rooms, and clients ask for one before they show any. */
export function roomList({ caller }: EwsCall): string {
  const own = primaryAddress(caller.acting.user)
  return `rooms@${own?.slice(own.lastIndexOf('@') + 1) ?? 'invalid'}`
}

/** GetRoomLists. */
export const getRoomLists = operation({
  name: 'GetRoomLists',
  run: (call) => ({
    response: {
      ...success,
      RoomLists: [
        {
          Name: 'Rooms',
          EmailAddress: roomList(call),
          RoutingType: 'SMTP',
          MailboxType: 'PublicDL' as const,
        },
      ],
    },
  }),
})
