import { FolderRight } from '#src/domain/directory/folder-permission.ts'
import { placeOf, readConfiguration, writeConfiguration } from '../configurations/user-configuration.ts'
import { single } from '../messages.ts'
import { operation } from '../operation.ts'
import { EwsRefusal } from '../refusal-codes.ts'

/** CreateUserConfiguration. */
export const createUserConfiguration = operation({
  name: 'CreateUserConfiguration',
  writes: true,
  run: (call, { UserConfiguration }) =>
    single(call, 'CreateUserConfiguration', async () => {
      const { UserConfigurationName: name } = UserConfiguration
      const place = await placeOf(call, name, FolderRight.create)
      const given = await readConfiguration(UserConfiguration)
      await writeConfiguration(call, place, name.Name, (before) => {
        if (before !== undefined)
          throw new EwsRefusal(
            'ErrorItemSave',
            'wrong-state',
            `The folder has a configuration "${name.Name}" already.`,
          )
        return given
      })
      return {}
    }),
})
