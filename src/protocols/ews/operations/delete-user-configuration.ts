import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { placeOf, writeConfiguration } from '../configurations/user-configuration.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { itemNotFound } from '../places.ts'

/** DeleteUserConfiguration. */
export const deleteUserConfiguration = operation({
  name: 'DeleteUserConfiguration',
  writes: true,
  run: (call, { UserConfigurationName: name }) =>
    single(call, 'DeleteUserConfiguration', async () => {
      const place = await placeOf(call, name, FolderRight.deleteAny)
      await writeConfiguration(call, place, name.Name, (before) => {
        if (before === undefined) throw itemNotFound()
        return null
      })
      return {}
    }),
})
