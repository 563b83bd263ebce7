import { createHmac, randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { TransitKeys } from '#src/domain/delivery/outward-copies.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { writeWhole } from '#src/platform/files/durable-file.ts'
import { readPrivateFile } from '#src/platform/keys/private-file.ts'

/** `policies`: 32 octets under which policies of other domains are kept. */
export type MailSecrets = TransitKeys & { policies: Buffer }

/**
 * The secrets behind loop marks, rewritten senders and kept policies, all made from the one in `file`; it is made when it is not
 * there. Whoever loses it gets no more reports about mail that was passed on before.
 */
export async function openMailSecrets(file: string): Promise<MailSecrets> {
  const secret = (await readSecret(file)) ?? (await makeSecret(file))
  const derived = (purpose: string) => createHmac('sha256', secret).update(purpose).digest('hex')
  return {
    loop: { instance: `lb-${derived('instance').slice(0, 16)}`, secrets: [derived('loop')] },
    srsSecrets: [derived('sender rewriting')],
    policies: Buffer.from(derived('kept policies'), 'hex'),
  }
}

async function readSecret(file: string): Promise<string | undefined> {
  try {
    const text = (await readPrivateFile(file)).trim()
    if (/^[0-9a-f]{64}$/.test(text)) return text
  } catch (error) {
    if (error instanceof KeyUnavailable && error.reason === 'missing') return undefined
    throw error
  }
  throw new KeyUnavailable('unusable', `${file} is not a key file. Restore it from a backup, or delete it.`)
}

async function makeSecret(file: string): Promise<string> {
  const secret = randomBytes(32).toString('hex')
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeWhole(file, `${secret}\n`)
  return secret
}
