import { countOctet } from './octet-count.ts'
import type { OctetStream } from './octet-stream.ts'

/** Blocks of this size stay in the cache and make a junk octet spoil the quick way for one block only. */
const BLOCK = 64 * 1024
const LF = 10
const CR = 13
const PAD = 61

/** 0 to 63 for the alphabets of RFC 4648 §4 and §5, NONE for every other octet. */
const NONE = 64
const values = new Uint8Array(256).fill(NONE)
Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/').forEach((char, value) => {
  values[char.charCodeAt(0)] = value
})
values['-'.charCodeAt(0)] = 62
values['_'.charCodeAt(0)] = 63

class Base64Decoder implements OctetStream {
  /** Up to three significant octets that wait for their fourth. */
  #held: number[] = []

  push(chunk: Uint8Array): Uint8Array {
    const data = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    if (data.length <= BLOCK) return this.#block(data)
    const out: Uint8Array[] = []
    for (let at = 0; at < data.length; at += BLOCK) out.push(this.#block(data.subarray(at, at + BLOCK)))
    return Buffer.concat(out)
  }

  /** Two or three octets without padding still mean one or two; a single one means nothing. */
  finish(): Uint8Array {
    const rest = Buffer.from(this.#held)
    this.#held = []
    return rest.length < 2 ? new Uint8Array(0) : Buffer.from(rest.toString('latin1'), 'base64')
  }

  #block(data: Buffer): Uint8Array {
    // Complete the quantum under way, so that the rest of the block begins with one.
    let at = 0
    while (this.#held.length % 4 !== 0 && at < data.length && values[data[at]!] !== NONE)
      this.#held.push(data[at++]!)
    if (this.#held.length % 4 === 0) {
      const quick = this.#quick(data.subarray(at))
      if (quick) return quick
    }
    const held = Buffer.from(this.#held)
    this.#held = []
    return this.#careful(Buffer.concat([held, data.subarray(at)]))
  }

  /** The platform's decoder, if the block holds nothing but the alphabet and line breaks; undefined when it holds more. */
  #quick(data: Buffer): Uint8Array | undefined {
    let end = data.length
    const blanks = countOctet(data, LF, 0, end) + countOctet(data, CR, 0, end)
    const rest: number[] = []
    const over = (data.length - blanks) % 4
    while (rest.length < over) {
      const octet = data[--end]!
      if (octet !== LF && octet !== CR) rest.unshift(octet)
    }
    const text = `${String.fromCharCode(...this.#held)}${data.toString('latin1', 0, end)}`
    const decoded = Buffer.from(text, 'base64')
    const expected = ((this.#held.length + data.length - blanks - over) / 4) * 3
    // Padding or junk makes it shorter; rest must be clean too, since it begins the next block.
    if (decoded.length !== expected || rest.some((octet) => values[octet] === NONE)) return undefined
    this.#held = rest
    return decoded
  }

  /** Octet by octet: skips junk, and begins anew after padding, as when two encoded texts were put one after the other. */
  #careful(data: Buffer): Uint8Array {
    const out = Buffer.allocUnsafe(Math.ceil(data.length / 4) * 3)
    let length = 0
    let bits = 0
    let held: number[] = []
    for (const octet of data) {
      const value = values[octet]!
      if (value !== NONE) {
        bits = (bits << 6) | value
        held.push(octet)
        if (held.length < 4) continue
        out[length++] = bits >>> 16
        out[length++] = bits >>> 8
        out[length++] = bits
      } else if (octet !== PAD) {
        continue
      } else if (held.length === 3) {
        out[length++] = bits >>> 10
        out[length++] = bits >>> 2
      } else if (held.length === 2) {
        out[length++] = bits >>> 4
      }
      held = []
      bits = 0
    }
    this.#held = held
    return out.subarray(0, length)
  }
}

export const base64Decoder = (): OctetStream => new Base64Decoder()
