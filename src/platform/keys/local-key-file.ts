import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { KeyUnavailable } from '#src/domain/keys/key-unavailable.ts'
import { formatKeyRef, type KeyProvider, type KeyRef } from '#src/domain/keys/provider.ts'
import { writeNew } from '../files/durable-file.ts'
import { syncFolder } from '../files/sync-folder.ts'
import { formatKeyFile, parseKeyFile } from './key-file-text.ts'
import { checkPrivateFolder, fileTrouble, readPrivateFile } from './private-file.ts'
import {
  associatedData,
  checkDataKey,
  checkOwner,
  damagedWrap,
  disabledKey,
  formatWrappedKey,
  keyIdPattern,
  newKeyId,
  nonceBytes,
  parseWrappedKey,
  tagBytes,
} from './wrapped-key.ts'

const kind = 'local'
const cipher = 'aes-256-gcm'
const keyBytes = 32

/**
 * Organisation keys as files in one folder: `ID.vVERSION.key`, mode 0600 in a folder of mode 0700. A key is
 * switched off by renaming its file to `….key.disabled`, which an administrator may also do by hand. The file is
 * read on every call, so renaming or deleting it takes effect with the next one.
 */
export function localKeyFiles(folder: string): KeyProvider {
  const pathOf = (ref: KeyRef) => {
    if (ref.provider !== kind || !keyIdPattern.test(ref.id) || !Number.isSafeInteger(ref.version)) {
      throw new RangeError(`Not the reference of a local key: ${ref.provider}:${ref.id}:${ref.version}`)
    }
    return join(folder, `${ref.id}.v${ref.version}.key`)
  }

  const readKey = async (ref: KeyRef): Promise<Uint8Array> => {
    const path = pathOf(ref)
    // Where both files lie (a copy was put back by hand), the revocation wins.
    if (await isThere(disabled(path))) throw disabledKey(ref)
    await checkPrivateFolder(folder)
    const text = await readPrivateFile(path).catch((error) => {
      throw error instanceof KeyUnavailable && error.reason === 'missing' ? missingKey(ref, path) : error
    })
    try {
      const file = parseKeyFile(text)
      if (file.id === ref.id && file.version === ref.version) return file.key
      throw new SyntaxFault(`it is the file of key ${file.id}, version ${file.version}`)
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error
      throw new KeyUnavailable(
        'unusable',
        `${path} is not usable: ${error.message}. Restore it from a backup.`,
      )
    }
  }

  const move = async (ref: KeyRef, from: string, to: string) => {
    try {
      await rename(from, to)
      await syncFolder(folder)
    } catch (error) {
      const trouble = fileTrouble(error, from)
      if (!(trouble instanceof KeyUnavailable) || trouble.reason !== 'missing') throw trouble
      if (!(await isThere(to))) throw missingKey(ref, pathOf(ref))
    }
  }

  return {
    kind,

    create: async (org) => {
      const id = newKeyId(org)
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        await checkPrivateFolder(folder)
        const versions = keysOf(org, await readdir(folder)).map(({ version }) => version)
        const ref = { provider: kind, id, version: 1 + Math.max(0, ...versions) }
        const text = formatKeyFile({ ...ref, created: new Date(), key: randomBytes(keyBytes) })
        await writeNew(pathOf(ref), text)
        return ref
      } catch (error) {
        throw fileTrouble(error, folder)
      }
    },

    wrap: async (ref, plaintextKey, context) => {
      checkDataKey(plaintextKey)
      const nonce = randomBytes(nonceBytes)
      const seal = createCipheriv(cipher, await readKey(ref), nonce).setAAD(associatedData(ref, context))
      const sealed = Buffer.concat([seal.update(plaintextKey), seal.final(), seal.getAuthTag()])
      return formatWrappedKey({ nonce, sealed })
    },

    unwrap: async (ref, wrapped, context) => {
      const key = await readKey(ref)
      const { nonce, sealed } = parseWrappedKey(wrapped, ref)
      const opened = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes })
        .setAAD(associatedData(ref, context))
        .setAuthTag(sealed.subarray(-tagBytes))
      const plaintextKey = opened.update(sealed.subarray(0, -tagBytes))
      try {
        opened.final()
      } catch {
        throw damagedWrap(ref)
      }
      return plaintextKey
    },

    state: async (ref) => {
      const path = pathOf(ref)
      if (await isThere(disabled(path))) return 'disabled'
      return (await isThere(path)) ? 'enabled' : 'missing'
    },

    disable: async (ref) => move(ref, pathOf(ref), disabled(pathOf(ref))),
    enable: async (ref) => move(ref, disabled(pathOf(ref)), pathOf(ref)),

    destroy: async (ref) => {
      const path = pathOf(ref)
      try {
        await shred(path)
        await shred(disabled(path))
      } catch (error) {
        throw fileTrouble(error, path)
      }
      if (await isThere(folder)) await syncFolder(folder)
    },

    list: async (org) => keysOf(checkOwner(org), await namesIn(folder)),

    destroyAll: async (org) => {
      const prefix = `${checkOwner(org)}-`
      try {
        // Also a copy that an editor or an administrator left beside the file: `….key.bak`, `….key~`.
        for (const name of await namesIn(folder)) {
          if (name.startsWith(prefix) && keyFileName.test(name.slice(prefix.length)))
            await shred(join(folder, name))
        }
        if (await isThere(folder)) await syncFolder(folder)
      } catch (error) {
        throw fileTrouble(error, folder)
      }
    },

    copyTo: async (ref, target) => {
      const path = pathOf(ref)
      const source = (await isThere(disabled(path))) ? disabled(path) : path
      await checkPrivateFolder(folder)
      const text = await readPrivateFile(source).catch((error) => {
        throw error instanceof KeyUnavailable && error.reason === 'missing' ? missingKey(ref, path) : error
      })
      const name = basename(source)
      try {
        await writeNew(join(target, name), text)
      } catch (error) {
        throw fileTrouble(error, target)
      }
      return name
    },
  }
}

const disabled = (path: string) => `${path}.disabled`

/** What follows `ORG-` in the name of a key file: the rest of the id, the version, and what lies behind `.key`. */
const keyFileName = /^([0-9a-f]{16})\.v([1-9]\d{0,8})\.key(.*)$/s

function keysOf(org: string, names: readonly string[]): KeyRef[] {
  const found = new Map<string, KeyRef>()
  for (const name of names) {
    const parts = name.startsWith(`${org}-`) ? keyFileName.exec(name.slice(org.length + 1)) : null
    if (!parts || !['', '.disabled'].includes(parts[3]!)) continue
    const ref = { provider: kind, id: `${org}-${parts[1]}`, version: Number(parts[2]) }
    found.set(formatKeyRef(ref), ref)
  }
  return [...found.values()]
}

/** None when there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    const trouble = fileTrouble(error, folder)
    if (trouble instanceof KeyUnavailable && trouble.reason === 'missing') return []
    throw trouble
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    const trouble = fileTrouble(error, path)
    if (trouble instanceof KeyUnavailable && trouble.reason === 'missing') return false
    throw trouble
  }
}

/** Overwrites, then deletes. Copy-on-write disks and backups may still hold the old octets. */
async function shred(path: string): Promise<void> {
  if (!(await isThere(path))) return
  {
    await using file = await open(path, 'r+')
    const { size } = await file.stat()
    await file.write(Buffer.alloc(size), 0, size, 0)
    await file.sync()
  }
  await rm(path)
}

const missingKey = (ref: KeyRef, path: string) =>
  new KeyUnavailable(
    'missing',
    `Organisation key ${formatKeyRef(ref)} is gone: there is no ${path}. Restore that file from a backup.`,
  )
