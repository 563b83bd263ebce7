import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Damaged } from '#src/domain/damaged.ts'
import type { DataKey } from '../data-key.ts'

/** Plain octets of every chunk but the last. A part of a body is read by opening only the chunks it touches. */
export const CHUNK_BYTES = 64 * 1024
const TAG_BYTES = 16
export const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES

const LAST = 0x80000000

export const SALT_BYTES = 16

/** An empty body is one empty chunk, so that it too is proven. */
export const chunkCount = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / CHUNK_BYTES))
export const sealedSize = (sizeBytes: number): number => sizeBytes + chunkCount(sizeBytes) * TAG_BYTES

/**
 * Seals a body chunk by chunk: AES-256-GCM under a key of its own (a message key, SEC-05), the nonce being the
 * chunk's place and whether it is the last, so that chunks cannot be swapped, dropped or taken from another body.
 */
export class BodyCipher {
  readonly #key: Uint8Array
  readonly #name: string

  /**
   * `salt`: random octets that come with the body. A restored backup, or a rolled-back machine, gives numbers out a
   * second time; without the salt two bodies would then share key and nonces.
   */
  constructor(mailboxKey: DataKey, body: number, salt: Uint8Array) {
    this.#name = `body:${body}`
    this.#key = mailboxKey.derive(`${this.#name}:${Buffer.from(salt).toString('hex')}`)
  }

  /** Ciphertext of a chunk that lies in pieces, and its tag, which belong one behind the other. */
  seal(index: number, last: boolean, plain: readonly Uint8Array[]): Uint8Array[] {
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonceOf(index, last))
    const sealed: Uint8Array[] = plain.map((piece) => cipher.update(piece))
    cipher.final()
    sealed.push(cipher.getAuthTag())
    return sealed
  }

  /** Refuses `damaged`. */
  open(index: number, last: boolean, sealed: Uint8Array): Buffer {
    const end = sealed.length - TAG_BYTES
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonceOf(index, last))
      decipher.setAuthTag(sealed.subarray(end))
      const plain = decipher.update(sealed.subarray(0, end))
      decipher.final()
      return plain
    } catch (error) {
      throw new Damaged(
        `Chunk ${index} of ${this.#name} does not open under its key: it was cut or changed outside the service.`,
        'Restore the mailbox from a backup.',
        { cause: error },
      )
    }
  }
}

const nonce = Buffer.alloc(12)

/** To be used at once: the next one is written into the same octets, as fresh ones cost more than what is done with them. */
function nonceOf(index: number, last: boolean): Uint8Array {
  nonce.writeUInt32BE((index | (last ? LAST : 0)) >>> 0, 8)
  return nonce
}
