import type { Config } from '#src/config/settings.ts'
import type { KeyProvider } from '#src/domain/keys/provider.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { pkcs11Keys } from '#src/platform/keys/pkcs11.ts'
import { dataFolderPaths } from './data-folder.ts'

/** The places where organisation keys may be: files always, a token when one is configured. */
export function keyProviders(config: Config): { providers: readonly KeyProvider[]; close(): Promise<void> } {
  const local = localKeyFiles(dataFolderPaths(config).keys)
  const token = configuredToken(config)
  if (token === undefined) return { providers: [local], close: async () => {} }
  return { providers: [local, token], close: () => token.close() }
}

/** The token of PKCS#11, when one is configured. Nothing is asked of it before the first call. */
export function configuredToken(config: Config): ReturnType<typeof pkcs11Keys> | undefined {
  const pin = config['keys.pkcs11.pin']
  const module = config['keys.pkcs11.module']
  return module === '' || pin === null
    ? undefined
    : pkcs11Keys({ module, token: config['keys.pkcs11.token'], pin })
}
