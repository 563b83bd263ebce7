import type { Secret } from '#src/config/setting.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { readPrivateFile } from '#src/platform/keys/private-file.ts'

/** What a setting for a secret points at, without the line end of a file; undefined when it is not set. Throws `KeyUnavailable`. */
export async function readSecret(secret: Secret | null): Promise<string | undefined> {
  if (secret === null) return undefined
  if ('file' in secret)
    return (await readPrivateFile(secret.file, { followLinks: true })).replace(/\r?\n$/, '')
  const value = process.env[secret.variable]
  if (value !== undefined && value !== '') return value
  throw new KeyUnavailable(
    'missing',
    `The environment variable ${secret.variable} is not set. Set it, or name another.`,
  )
}
