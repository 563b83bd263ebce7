import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'

const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES

/**
 * A file without a name that holds octets in chunks of AES-256-GCM, under a key of its own that nothing but this object
 * knows. The number of a chunk is its nonce, so chunks cannot change places; the last, unfinished one stays in memory.
 */
export class SpoolFile {
  readonly #handle: FileHandle
  readonly #key = randomBytes(32)
  #tail = Buffer.allocUnsafe(CHUNK_BYTES)
  #tailBytes = 0
  #chunks = 0
  #closed = false

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Makes the file in that folder and removes its name at once. */
  static async create(folder: string): Promise<SpoolFile> {
    const path = join(folder, `${randomUUID()}.spool`)
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
    try {
      await unlink(path)
    } catch (error) {
      await handle.close()
      throw error
    }
    return new SpoolFile(handle)
  }

  async append(octets: Uint8Array): Promise<void> {
    for (let from = 0; from < octets.length; ) {
      const piece = octets.subarray(from, from + CHUNK_BYTES - this.#tailBytes)
      this.#tail.set(piece, this.#tailBytes)
      this.#tailBytes += piece.length
      from += piece.length
      if (this.#tailBytes < CHUNK_BYTES) continue
      const sealed = this.#seal(this.#chunks, this.#tail)
      await writeAll(this.#handle, sealed, this.#chunks * SEALED_BYTES)
      this.#chunks++
      this.#tailBytes = 0
    }
  }

  /** Throws Error when what is on the disk is not what was written. */
  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; ) {
      const chunk = Math.floor(at / CHUNK_BYTES)
      const from = at - chunk * CHUNK_BYTES
      const to = Math.min(CHUNK_BYTES, end - chunk * CHUNK_BYTES)
      const plain = chunk < this.#chunks ? await this.#open(chunk) : Buffer.from(this.#tail.subarray(0, to))
      yield plain.subarray(from, to)
      at = chunk * CHUNK_BYTES + to
    }
  }

  /** Twice is once. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#key.fill(0)
    await this.#handle.close()
  }

  #seal(chunk: number, plain: Uint8Array): Buffer {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(chunk))
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  }

  async #open(chunk: number): Promise<Buffer> {
    const sealed = Buffer.allocUnsafe(SEALED_BYTES)
    for (let read = 0; read < SEALED_BYTES; ) {
      const place = chunk * SEALED_BYTES + read
      const { bytesRead } = await this.#handle.read(sealed, read, SEALED_BYTES - read, place)
      if (bytesRead === 0) throw new Error('A spool file is shorter than what was written to it')
      read += bytesRead
    }
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(chunk))
    decipher.setAuthTag(sealed.subarray(CHUNK_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(0, CHUNK_BYTES)), decipher.final()])
  }
}

function nonceOf(chunk: number): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(chunk, 8)
  return nonce
}

async function writeAll(handle: FileHandle, octets: Buffer, place: number): Promise<void> {
  for (let written = 0; written < octets.length; ) {
    const { bytesWritten } = await handle.write(octets, written, octets.length - written, place + written)
    written += bytesWritten
  }
}
