import { createHash } from 'node:crypto'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'

const COPY_BYTES = 1024 * 1024

/** One file of a backup. `path` is relative, with `/`. */
export type BackupFile = { path: string; sizeBytes: number; sha256: string }

/**
 * Copies the first `sizeBytes` octets of a file to one that is not there yet, on disk when it resolves; gives
 * their SHA-256 in hex. The source may be shorter: then `sizeBytes` of the answer says what there was.
 */
export async function copyFile(
  from: string,
  to: string,
  sizeBytes: number,
  copied: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<{ sizeBytes: number; sha256: string }> {
  await using target = await open(to, 'wx', 0o600)
  const result = await readThrough(from, sizeBytes, signal, async (piece) => {
    await writeAll(target, piece)
    copied(piece.length)
  })
  await target.sync()
  return result
}

/** Size and SHA-256 of a file as it lies there. */
export function fingerprint(
  file: string,
  read: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<{ sizeBytes: number; sha256: string }> {
  return readThrough(file, Number.POSITIVE_INFINITY, signal, async (piece) => read(piece.length))
}

async function readThrough(
  file: string,
  most: number,
  signal: AbortSignal | undefined,
  each: (piece: Buffer) => Promise<void>,
): Promise<{ sizeBytes: number; sha256: string }> {
  await using source = await open(file, 'r')
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(COPY_BYTES)
  let sizeBytes = 0
  while (sizeBytes < most) {
    signal?.throwIfAborted()
    const { bytesRead } = await source.read(buffer, 0, Math.min(COPY_BYTES, most - sizeBytes), sizeBytes)
    if (bytesRead === 0) break
    const piece = buffer.subarray(0, bytesRead)
    hash.update(piece)
    await each(piece)
    sizeBytes += bytesRead
  }
  return { sizeBytes, sha256: hash.digest('hex') }
}

async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await target.write(bytes, written, bytes.length - written)).bytesWritten
  }
}

/** Octets in a file; undefined when it is not there (any more). */
export async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What lies in a folder; undefined when the folder is not there. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
