import type { Config } from '#src/config/settings.ts'
import type { KeyProvider } from '#src/domain/keys/provider.ts'
import { localKeyFiles } from '#src/platform/keys/local-key-file.ts'
import { pkcs11Keys } from '#src/platform/keys/pkcs11.ts'
import { dataFolderPaths } from './data-folder.ts'

/** The places where organisation keys may be: files always, a token when one is configured. */
export function keyProviders(config: Config): { providers: readonly KeyProvider[]; close(): Promise<void> } {
  const local = localKeyFiles(dataFolderPaths(config).keys)
  const pin = config['keys.pkcs11.pin']
  if (config['keys.pkcs11.module'] === '' || pin === null)
    return { providers: [local], close: async () => {} }
  const token = pkcs11Keys({ module: config['keys.pkcs11.module'], token: config['keys.pkcs11.token'], pin })
  return { providers: [local, token], close: () => token.close() }
}
