import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { OrganizationId } from '#src/base/ids.ts'
import { Refusal } from '#src/domain/refusal.ts'
import type { AccessKey, AccessKeys } from './access-keys.ts'

const mostKeys = 1_000
const nonceBytes = 12
const tagBytes = 16
const idLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const fileShape = z.strictObject({
  format: z.literal(1),
  keys: z.array(
    z.strictObject({
      id: z.string(),
      organization: z.string().nullable(),
      description: z.string(),
      createdAt: z.number(),
      sealed: z.string(),
    }),
  ),
})

type Kept = { key: AccessKey; secret: string }

/**
 * Access keys in a file of mode 0600. A signature cannot be verified with a hash, so secrets are sealed
 * (AES-256-GCM, bound to id and organisation) under the key in `sealingKeyFile`, which is made when it is not
 * there and belongs with the organisation keys. One process at a time uses them: it holds the data folder's lock.
 */
export async function openAccessKeyFile(files: {
  file: string
  sealingKeyFile: string
  now: () => number
}): Promise<AccessKeys> {
  const { file, sealingKeyFile, now } = files
  const text = await readFile(file, 'utf8').catch(absent)
  const sealingKey = await readSealingKey(sealingKeyFile, text !== undefined)
  const keys = new Map<string, Kept>()
  if (text !== undefined) for (const kept of parse(text, file, sealingKey)) keys.set(kept.key.id, kept)

  const save = async () => {
    const rows = [...keys.values()].map(({ key, secret }) => ({
      ...key,
      sealed: seal(sealingKey, key, secret),
    }))
    await writeWhole(file, `${JSON.stringify({ format: 1, keys: rows }, null, 2)}\n`)
  }
  // One change at a time, so that a slow write never lands after a later one.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(change: () => Promise<T>): Promise<T> => {
    const mine = last.then(change, change)
    last = mine.catch(() => undefined)
    return mine
  }

  return {
    create: ({ organization, description }) =>
      inTurn(async () => {
        if (keys.size >= mostKeys) {
          throw new Refusal(
            'limit-exceeded',
            `There are ${mostKeys} access keys already. Delete those nobody uses any more.`,
          )
        }
        const key = { id: newId(), organization, description, createdAt: now() }
        const kept = { key, secret: randomBytes(30).toString('base64') }
        keys.set(key.id, kept)
        await save()
        return kept
      }),
    list: () => [...keys.values()].map(({ key }) => key),
    delete: (id) =>
      inTurn(async () => {
        if (!keys.delete(id)) {
          throw new Refusal(
            'no-such-key',
            `There is no access key ${id}. "landbridge key list-access" shows those there are.`,
          )
        }
        await save()
      }),
    deleteOf: (organization) =>
      inTurn(async () => {
        const gone = [...keys.values()].filter(({ key }) => key.organization === organization)
        for (const { key } of gone) keys.delete(key.id)
        if (gone.length > 0) await save()
      }),
    find: (id) => keys.get(id),
  }
}

const newId = () => `LBAK${Array.from({ length: 16 }, () => idLetters[randomInt(idLetters.length)]).join('')}`

const placeOf = (key: AccessKey) => Buffer.from(`access-key\0${key.id}\0${key.organization ?? ''}`)

function seal(sealingKey: Uint8Array, key: AccessKey, secret: string): string {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', sealingKey, nonce).setAAD(placeOf(key))
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString(
    'base64',
  )
}

function unseal(sealingKey: Uint8Array, key: AccessKey, sealed: string): string {
  const octets = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', sealingKey, octets.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAAD(placeOf(key)).setAuthTag(octets.subarray(-tagBytes))
  return decipher.update(octets.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
}

function parse(text: string, file: string, sealingKey: Uint8Array): Kept[] {
  try {
    return fileShape.parse(JSON.parse(text)).keys.map(({ sealed, ...row }) => {
      const key = { ...row, organization: row.organization as OrganizationId | null }
      return { key, secret: unseal(sealingKey, key, sealed) }
    })
  } catch (error) {
    const remedy = 'Restore it from a backup, or delete it and make new access keys.'
    throw new Refusal(
      'damaged',
      `The access keys in ${file} do not open: the file or its key was changed. ${remedy}`,
      {
        cause: error,
      },
    )
  }
}

async function readSealingKey(file: string, needed: boolean): Promise<Uint8Array> {
  const text = await readFile(file, 'utf8').catch(absent)
  if (text !== undefined) {
    const key = Buffer.from(text.trim(), 'base64')
    if (key.length === 32) return key
    throw new Refusal('key-unavailable', `${file} is not a key file. Restore it from a backup.`)
  }
  if (needed) {
    const remedy = 'Restore it from a backup, or delete access-keys.json and make new access keys.'
    throw new Refusal('key-unavailable', `The key of the access keys, ${file}, is gone. ${remedy}`)
  }
  const key = randomBytes(32)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeWhole(file, `${key.toString('base64')}\n`)
  return key
}

/** Whole or not at all, durable on return. */
async function writeWhole(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`
  {
    await using out = await open(fresh, 'w', 0o600)
    await out.writeFile(text)
    await out.sync()
  }
  await chmod(fresh, 0o600)
  await rename(fresh, file)
  await using folder = await open(dirname(file), 'r')
  await folder.sync()
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
