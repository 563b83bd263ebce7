import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { placeOf, readConfiguration, writeConfiguration } from '../configurations/user-configuration.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { itemNotFound } from '../places.ts'

/** UpdateUserConfiguration: parts that are given replace those that are there. */
export const updateUserConfiguration = operation({
  name: 'UpdateUserConfiguration',
  writes: true,
  run: (call, { UserConfiguration }) =>
    single(call, 'UpdateUserConfiguration', async () => {
      const { UserConfigurationName: name } = UserConfiguration
      const place = await placeOf(call, name, FolderRight.editAny)
      const given = await readConfiguration(UserConfiguration)
      await writeConfiguration(call, place, name.Name, (before) => {
        if (before === undefined) throw itemNotFound()
        return { ...before, ...given }
      })
      return {}
    }),
})
