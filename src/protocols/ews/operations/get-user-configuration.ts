import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { findConfiguration, placeOf, shownDictionary } from '../configurations/user-configuration.ts'
import { folderWithId } from '../folder-view.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { itemNotFound } from '../places.ts'

/** GetUserConfiguration: those of the parts asked for that it has. */
export const getUserConfiguration = operation({
  name: 'GetUserConfiguration',
  run: (call, { UserConfigurationName, UserConfigurationProperties }) =>
    single(call, 'GetUserConfiguration', async () => {
      const { Name } = UserConfigurationName
      const place = await placeOf(call, UserConfigurationName, FolderRight.readAny)
      const kept = await findConfiguration(call.services.store.mailboxes, place, Name)
      if (kept === undefined) throw itemNotFound()
      const asked = new Set(UserConfigurationProperties.flat())
      const wants = (part: 'Dictionary' | 'XmlData' | 'BinaryData') => asked.has(part) || asked.has('All')
      const { dictionary, xmlData, binaryData } = kept
      const [shown] = Object.values(folderWithId(place.mailbox, place.folder))
      return {
        UserConfiguration: {
          UserConfigurationName: { Name, FolderId: (shown as { FolderId: object }).FolderId },
          ...(dictionary && wants('Dictionary') && { Dictionary: shownDictionary(dictionary) }),
          ...(xmlData !== undefined && wants('XmlData') && { XmlData: Buffer.from(xmlData, 'base64') }),
          ...(binaryData !== undefined &&
            wants('BinaryData') && { BinaryData: Buffer.from(binaryData, 'base64') }),
        },
      }
    }),
})
