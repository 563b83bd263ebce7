import { createCipheriv, createDecipheriv } from 'node:crypto'
import { SyntaxFault } from '#src/base/syntax-fault.ts'

const BLOCK = 16
const ZERO = Buffer.alloc(BLOCK)

const cbc = (key: Uint8Array): string => `aes-${key.length * 8}-cbc`

function encryptBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createCipheriv(cbc(key), key, ZERO).setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()])
}

function decryptBlocks(key: Uint8Array, blocks: Uint8Array): Buffer {
  const cipher = createDecipheriv(cbc(key), key, ZERO).setAutoPadding(false)
  return Buffer.concat([cipher.update(blocks), cipher.final()])
}

/** AES in CBC mode with ciphertext stealing, the initial vector zero (RFC 3962 §5). One block at least. */
export function encryptCts(key: Uint8Array, plain: Uint8Array): Buffer {
  if (plain.length <= BLOCK) return encryptBlocks(key, plain)
  const last = ((plain.length - 1) % BLOCK) + 1
  const blocks = encryptBlocks(key, Buffer.concat([plain, Buffer.alloc(BLOCK - last)]))
  const swapped = blocks.length - 2 * BLOCK
  return Buffer.concat([
    blocks.subarray(0, swapped),
    blocks.subarray(swapped + BLOCK),
    blocks.subarray(swapped, swapped + last),
  ])
}

/** The way back. SyntaxFault for less than a block. */
export function decryptCts(key: Uint8Array, octets: Uint8Array): Buffer {
  if (octets.length < BLOCK) throw new SyntaxFault('less than a block of AES')
  if (octets.length === BLOCK) return decryptBlocks(key, octets)
  const last = ((octets.length - 1) % BLOCK) + 1
  const swapped = octets.length - last - BLOCK
  const final = octets.subarray(swapped, swapped + BLOCK)
  const stolen = octets.subarray(swapped + BLOCK)
  const rest = decryptBlocks(key, final).subarray(last)
  const blocks = Buffer.concat([octets.subarray(0, swapped), stolen, rest, final])
  return decryptBlocks(key, blocks).subarray(0, octets.length)
}
