import { cameMeeting, isMeetingClass } from '#src/domain/calendar/scheduling/came-meeting.ts'
import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type Flags, type ItemState } from '#src/domain/mailbox/item.ts'
import type { SizedSource } from '#src/formats/mime/compose.ts'
import type { DistinguishedFolderIdNameType, TargetFolderIdType } from '#src/wire/ews/schema-types.ts'
import type { EwsCall } from '../call.ts'
import { type FolderPlace, need } from '../places.ts'
import type { Marks } from './message-updates.ts'

/** The folder that a request names, or the one that is usual. Refuses ErrorAccessDenied without the right to put something there. */
export const targetFolder = async (
  call: EwsCall,
  given: TargetFolderIdType | undefined,
  usual: DistinguishedFolderIdNameType,
): Promise<FolderPlace> =>
  need(await call.places.folder(given ?? { DistinguishedFolderId: { Id: usual } }), FolderRight.create)

/** Stores a message with what a client has said beside it. One that it says is a meeting message is one, and nothing is made of it. */
export function saveMessage(
  call: EwsCall,
  { mailbox, folder }: FolderPlace,
  source: SizedSource,
  marks: Marks,
  flags: Flags,
): Promise<ItemState> {
  const { store, now } = call.services
  const properties = Object.fromEntries(
    Object.entries(marks.properties).filter(([, value]) => value !== null),
  )
  return addMessage(store, mailbox.at, {
    folder: folder.no,
    source: source.read(),
    sizeBytes: source.sizeBytes,
    flags: (flags | marks.addFlags) & ~marks.removeFlags & ~Flag.hasAttachment,
    keywords: marks.keywords ?? [],
    receivedAt: marks.receivedAt ?? now(),
    properties,
    ...(isMeetingClass(properties) && {
      contentOf: async ({ item, read }) => {
        const meeting = await cameMeeting(item, read, properties)
        return meeting && { ...meeting }
      },
    }),
  })
}
