import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { Damaged } from '#src/domain/damaged.ts'
import type { Refusal } from '#src/domain/refusal.ts'
import { KeyedHash } from './keyed-hash.ts'
import { randomOctets } from './random-octets.ts'

const VERSION = 1
const HEAD = Buffer.from([VERSION])
const NONCE = 12
const TAG = 16
/** Blinded values and names that a key keeps, and the characters of one. */
const MOST_KEPT = 5_000
const LONGEST_KEPT = 300

/**
 * A data key of 32 octets (one per mailbox, one per organisation for its directory) and what is done with
 * it. Keys for each use are derived from it, so that a row's octets mean nothing in another column.
 */
export class DataKey {
  readonly #secret: KeyedHash
  readonly #sealing: KeyObject
  readonly #blinding: KeyedHash
  readonly #blinded = new Map<string, Uint8Array>()
  readonly #names = new Map<string, { sealed: Uint8Array; name: string }>()

  constructor(secret: Uint8Array) {
    this.#secret = new KeyedHash(secret)
    this.#sealing = createSecretKey(this.derive('seal'))
    this.#blinding = new KeyedHash(this.derive('blind'))
  }

  /** A key of 32 octets for one use, HMAC-SHA256(secret, use). */
  derive(use: string): Uint8Array {
    return this.#secret.of(use)
  }

  /** AES-256-GCM: version, nonce, ciphertext, tag. `place` names row and column: octets moved elsewhere do not open. */
  seal(place: string, plain: Uint8Array | string): Uint8Array {
    const nonce = randomOctets(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.#sealing, nonce)
    cipher.setAAD(Buffer.from(place))
    // A cipher takes octets faster than text.
    const text = cipher.update(typeof plain === 'string' ? Buffer.from(plain) : plain)
    cipher.final()
    return Buffer.concat([HEAD, nonce, text, cipher.getAuthTag()])
  }

  /** Refuses `damaged` when the octets are not what was sealed for this place. */
  open(place: string, sealed: Uint8Array): Buffer {
    if (sealed.length < 1 + NONCE + TAG || sealed[0] !== VERSION) throw damaged(place)
    const decipher = createDecipheriv('aes-256-gcm', this.#sealing, sealed.subarray(1, 1 + NONCE))
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
    const text = decipher.update(sealed.subarray(1 + NONCE, sealed.length - TAG))
    try {
      decipher.final()
    } catch {
      throw damaged(place)
    }
    return text
  }

  /** A short text, such as the name of a folder. Some are kept for as long as the key is: they come with each message. */
  openName(place: string, sealed: Uint8Array): string {
    const known = this.#names.get(place)
    if (known !== undefined && Buffer.compare(known.sealed, sealed) === 0) return known.name
    const name = this.open(place, sealed).toString('utf8')
    if (name.length > LONGEST_KEPT) return name
    if (this.#names.size >= MOST_KEPT) this.#names.clear()
    this.#names.set(place, { sealed, name })
    return name
  }

  sealJson(place: string, value: unknown): Uint8Array {
    return this.seal(place, JSON.stringify(value))
  }

  openJson<T>(place: string, sealed: Uint8Array): T {
    return JSON.parse(this.open(place, sealed).toString('utf8')) as T
  }

  /**
   * 16 octets by which a sealed value can be found again without being readable: HMAC-SHA256 of kind and value. The same few
   * addresses come with each message, so some are kept for as long as the key is. They are everybody's: nobody changes them.
   */
  blind(kind: string, value: string): Uint8Array {
    const text = `${kind}\0${value}`
    const known = this.#blinded.get(text)
    if (known !== undefined) return known
    const made = this.blindOnce(kind, value)
    if (text.length > LONGEST_KEPT) return made
    if (this.#blinded.size >= MOST_KEPT) this.#blinded.clear()
    this.#blinded.set(text, made)
    return made
  }

  /** The same for one of many values, none of which is likely to come again soon. */
  blindOnce(kind: string, value: string): Uint8Array {
    return this.#blinding.of(`${kind}\0${value}`).subarray(0, 16)
  }
}

function damaged(place: string): Refusal {
  return new Damaged(
    `What is stored at ${place} does not open under its key: it was changed outside the service, or belongs to another row.`,
    'Run "landbridge check", and restore the mailbox from a backup.',
  )
}
