import { createRequire } from 'node:module'
import { endianness } from 'node:os'

/** A Cryptoki call that did not answer CKR_OK. */
export class CryptokiFault extends Error {
  override readonly name = 'CryptokiFault'
  readonly call: string
  readonly rv: number

  constructor(call: string, rv: number) {
    super(`${call} answered 0x${rv.toString(16).padStart(8, '0')}`)
    this.call = call
    this.rv = rv
  }
}

/** The calls used, with their place in CK_FUNCTION_LIST (PKCS#11 v2.40, pkcs11f.h) and their arguments. */
const calls = {
  C_Initialize: [0, 'p'],
  C_GetSlotList: [4, 'bpp'],
  C_GetTokenInfo: [6, 'np'],
  C_OpenSession: [12, 'nnppp'],
  C_Login: [18, 'nnpn'],
  C_DestroyObject: [22, 'nn'],
  C_GetAttributeValue: [24, 'nnpn'],
  C_SetAttributeValue: [25, 'nnpn'],
  C_FindObjectsInit: [26, 'npn'],
  C_FindObjects: [27, 'npnp'],
  C_FindObjectsFinal: [28, 'n'],
  C_EncryptInit: [29, 'npn'],
  C_Encrypt: [30, 'npnpp'],
  C_DecryptInit: [33, 'npn'],
  C_Decrypt: [34, 'npnpp'],
  C_GenerateKey: [58, 'nppnp'],
} as const satisfies Record<string, readonly [index: number, argumentKinds: string]>

const typeOf: Record<string, string> = { p: 'uintptr_t', n: 'ulong', b: 'uchar' }
const wordBytes = 8

/** What we use of koffi (the one package behind this file), so that it may be absent where nobody needs it. */
type Koffi = {
  load(path: string): { func(name: string, result: string, parameters: string[]): NativeCall }
  proto(result: string, parameters: string[]): unknown
  decode(pointer: bigint, type: unknown): NativeCall
  view(pointer: bigint, length: number): ArrayBuffer
  address(buffer: ArrayBuffer): bigint
  sizeof(type: string): number
}
type NativeCall = (...values: (number | bigint)[]) => number

/** The package koffi is not installed. */
export class KoffiMissing extends Error {}
/** The PKCS#11 module cannot be loaded. */
export class ModuleUnusable extends Error {}

export type Cryptoki = {
  /** Calls a C function; throws CryptokiFault unless it answers CKR_OK. Blocks for as long as the token takes. */
  call(name: keyof typeof calls, ...values: (number | bigint)[]): void
  /** Runs `work` with memory that C can reach and that is wiped afterwards. */
  withMemory<T>(work: (memory: Memory) => T): T
}

/**
 * Memory for the arguments of C calls, laid out by hand: 64-bit words in the machine's order. It lives at one
 * address until it is wiped, so pointers may point from one piece to another.
 */
export type Memory = {
  /** Copies octets in, or reserves that many zero octets; `at` is their address and `octets` a live view. */
  put(octets: Uint8Array | number): { at: bigint; octets: Uint8Array }
  /** A row of CK_ULONGs or pointers; `read` gives one back after a call. */
  words(...values: (number | bigint)[]): { at: bigint; read(index: number): number }
}

/** Loads a PKCS#11 module through the one symbol every module exports. It is not initialised yet. */
export function loadCryptoki(modulePath: string): Cryptoki {
  const koffi = loadKoffi()
  if (koffi.sizeof('ulong') !== wordBytes || endianness() !== 'LE') {
    throw new ModuleUnusable('PKCS#11 works on 64-bit little-endian Unix only')
  }
  const memory = new ArrayBuffer(memoryBytes)
  const start = koffi.address(memory)
  const words = new DataView(memory)

  let getFunctionList: NativeCall
  try {
    getFunctionList = koffi.load(modulePath).func('C_GetFunctionList', 'ulong', ['uintptr_t'])
  } catch (error) {
    throw new ModuleUnusable(error instanceof Error ? error.message : String(error))
  }
  const answer = getFunctionList(start)
  if (answer !== 0) throw new CryptokiFault('C_GetFunctionList', answer)
  // CK_VERSION comes first and is padded to a word.
  const list = new DataView(koffi.view(words.getBigUint64(0, true), wordBytes * 69))
  const functions = new Map<string, NativeCall>()
  for (const [name, [index, kinds]] of Object.entries(calls)) {
    const pointer = list.getBigUint64(wordBytes * (index + 1), true)
    if (pointer === 0n) throw new ModuleUnusable(`it has no ${name}`)
    const parameters = [...kinds].map((letter) => typeOf[letter]!)
    functions.set(name, koffi.decode(pointer, koffi.proto('ulong', parameters)))
  }

  let busy = false

  return {
    call: (name, ...values) => {
      const rv = functions.get(name)!(...values)
      if (rv !== 0) throw new CryptokiFault(name, rv)
    },
    withMemory: (work) => {
      if (busy) throw new Error('One C call at a time')
      busy = true
      let used = 0
      const reserve = (length: number) => {
        const offset = used
        used += Math.ceil(length / wordBytes) * wordBytes
        if (used > memoryBytes) throw new RangeError('Too much for one PKCS#11 call')
        return offset
      }
      const put = (given: Uint8Array | number) => {
        const length = typeof given === 'number' ? given : given.length
        const offset = reserve(length)
        const octets = new Uint8Array(memory, offset, length)
        if (typeof given !== 'number') octets.set(given)
        return { at: start + BigInt(offset), octets }
      }
      const row = (...values: (number | bigint)[]) => {
        const offset = reserve(values.length * wordBytes)
        for (const [index, value] of values.entries()) {
          words.setBigUint64(offset + index * wordBytes, BigInt(value), true)
        }
        const read = (index: number) => Number(words.getBigUint64(offset + index * wordBytes, true))
        return { at: start + BigInt(offset), read }
      }
      try {
        return work({ put, words: row })
      } finally {
        new Uint8Array(memory).fill(0, 0, used)
        busy = false
      }
    },
  }
}

const memoryBytes = 64 * 1024

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi
  } catch (error) {
    throw new KoffiMissing('koffi cannot be loaded', { cause: error })
  }
}
