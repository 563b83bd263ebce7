import { randomBytes } from 'node:crypto'
import { type Cryptoki, CryptokiFault, loadCryptoki, type Memory } from './cryptoki.ts'
import { nonceBytes, tagBytes } from './wrapped-key.ts'

// PKCS#11 v2.40, pkcs11t.h
const CKA = {
  CLASS: 0,
  TOKEN: 1,
  PRIVATE: 2,
  LABEL: 3,
  KEY_TYPE: 0x100,
  ID: 0x102,
  SENSITIVE: 0x103,
  ENCRYPT: 0x104,
  DECRYPT: 0x105,
  VALUE_LEN: 0x161,
  EXTRACTABLE: 0x162,
  MODIFIABLE: 0x170,
}
const CKO_SECRET_KEY = 4
const CKK_AES = 0x1f
const CKM_AES_KEY_GEN = 0x1080
const CKM_AES_GCM = 0x1087
const CKU_USER = 1
const CKF_RW_SESSION = 2
const CKF_SERIAL_SESSION = 4
const CKR_GENERAL_ERROR = 5
const CKR_FUNCTION_FAILED = 6
const CKR_ENCRYPTED_DATA_INVALID = 0x40
const CKR_USER_ALREADY_LOGGED_IN = 0x100
/** CK_TOKEN_INFO begins with a blank-padded label; the whole has 208 octets on 64-bit Unix. */
const tokenLabelBytes = 32
const tokenInfoBytes = 208
const mostSlots = 256
const mostObjects = 1024

/** No token, or several, carry that label. */
export class TokenNotFound extends Error {}
/** Several keys carry that label. */
export class AmbiguousKey extends Error {}
/** The wrapped key does not open, although the key works. */
export class SealBroken extends Error {}

/** Organisation keys in one token, over a session that stays logged in. Every call blocks. */
export type TokenKeys = {
  /** Generates an AES-256 key that cannot be taken out of the token. */
  generate(org: string, label: string): void
  /** Labels of the keys of one organisation. */
  labels(org: string): string[]
  /** Whether the token lets the key decrypt; undefined when it is not there. */
  mayDecrypt(label: string): boolean | undefined
  /** Sets CKA_ENCRYPT and CKA_DECRYPT, so that the token itself refuses to use the key. False when it is not there. */
  permit(label: string, permitted: boolean): boolean
  destroy(label: string): void
  /** Destroys every key of one organisation whose label begins so, also two of one label. */
  destroyAll(org: string, labelStart: string): void
  /** The nonce used and ciphertext with tag; undefined when the key is not there. */
  seal(
    label: string,
    plaintext: Uint8Array,
    data: Uint8Array,
  ): { nonce: Uint8Array; sealed: Uint8Array } | undefined
  open(label: string, nonce: Uint8Array, sealed: Uint8Array, data: Uint8Array): Uint8Array | undefined
}

/** Loads the module, finds the one token with that label, and logs in as its user. */
export function openTokenKeys(modulePath: string, tokenLabel: string, pin: string): TokenKeys {
  const cryptoki = loadCryptoki(modulePath)
  cryptoki.call('C_Initialize', 0n)
  const slot = findSlot(cryptoki, tokenLabel)
  const session = cryptoki.withMemory(({ put, words }) => {
    const handle = words(0)
    cryptoki.call('C_OpenSession', slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, 0n, 0n, handle.at)
    const octets = Buffer.from(pin, 'utf8')
    try {
      cryptoki.call('C_Login', handle.read(0), CKU_USER, put(octets).at, octets.length)
    } catch (error) {
      if (!(error instanceof CryptokiFault) || error.rv !== CKR_USER_ALREADY_LOGGED_IN) throw error
    } finally {
      octets.fill(0)
    }
    return handle.read(0)
  })

  /** Looks the key up anew each time: that is how a deletion by somebody else is seen. */
  const find = (attributes: Attribute[]): number[] =>
    cryptoki.withMemory((memory) => {
      const given: Attribute[] = [[CKA.CLASS, CKO_SECRET_KEY], ...attributes]
      cryptoki.call('C_FindObjectsInit', session, template(memory, given), given.length)
      try {
        const handles = memory.words(...new Array<number>(mostObjects).fill(0))
        const count = memory.words(0)
        cryptoki.call('C_FindObjects', session, handles.at, mostObjects, count.at)
        return Array.from({ length: count.read(0) }, (_, index) => handles.read(index))
      } finally {
        cryptoki.call('C_FindObjectsFinal', session)
      }
    })

  const keyOf = (label: string): number | undefined => {
    const [key, second] = find([[CKA.LABEL, label]])
    if (second !== undefined) throw new AmbiguousKey()
    return key
  }

  const read = (key: number, attribute: number): Uint8Array =>
    cryptoki.withMemory(({ put, words }) => {
      const room = 256
      const value = put(room)
      const asked = words(attribute, value.at, room)
      cryptoki.call('C_GetAttributeValue', session, key, asked.at, 1)
      return value.octets.slice(0, asked.read(2))
    })

  const labelOf = (key: number): string => Buffer.from(read(key, CKA.LABEL)).toString('utf8')

  const run = (
    verb: 'Encrypt' | 'Decrypt',
    key: number,
    nonce: Uint8Array,
    data: Uint8Array,
    input: Uint8Array,
  ) =>
    cryptoki.withMemory(({ put, words }) => {
      const iv = put(nonce)
      // CK_GCM_PARAMS of v2.40 with errata: it has ulIvBits between the length and the associated data.
      const parameters = words(iv.at, nonce.length, nonce.length * 8, put(data).at, data.length, tagBytes * 8)
      const mechanism = words(CKM_AES_GCM, parameters.at, 6 * 8)
      cryptoki.call(`C_${verb}Init`, session, mechanism.at, key)
      const output = put(input.length + tagBytes)
      const length = words(input.length + tagBytes)
      cryptoki.call(`C_${verb}`, session, put(input).at, input.length, output.at, length.at)
      // A token in FIPS mode makes the nonce itself and puts it where ours was.
      return { nonce: iv.octets.slice(), output: output.octets.slice(0, length.read(0)) }
    })

  const seal = (key: number, plaintext: Uint8Array, data: Uint8Array) => {
    const { nonce, output } = run('Encrypt', key, randomBytes(nonceBytes), data, plaintext)
    return { nonce, sealed: output }
  }

  /** SoftHSM answers CKR_GENERAL_ERROR to a tag that does not verify; a working key shows it was that. */
  const worksOtherwise = (key: number, data: Uint8Array): boolean => {
    const { nonce, sealed } = seal(key, randomBytes(32), data)
    return run('Decrypt', key, nonce, data, sealed).output.length === 32
  }

  return {
    generate: (org, label) =>
      cryptoki.withMemory((memory) => {
        const attributes: Attribute[] = [
          [CKA.CLASS, CKO_SECRET_KEY],
          [CKA.KEY_TYPE, CKK_AES],
          [CKA.VALUE_LEN, 32],
          [CKA.TOKEN, true],
          [CKA.PRIVATE, true],
          [CKA.SENSITIVE, true],
          [CKA.EXTRACTABLE, false],
          [CKA.MODIFIABLE, true],
          [CKA.ENCRYPT, true],
          [CKA.DECRYPT, true],
          [CKA.ID, org],
          [CKA.LABEL, label],
        ]
        const mechanism = memory.words(CKM_AES_KEY_GEN, 0, 0)
        const handle = memory.words(0)
        const list = template(memory, attributes)
        cryptoki.call('C_GenerateKey', session, mechanism.at, list, attributes.length, handle.at)
      }),

    labels: (org) => find([[CKA.ID, org]]).map(labelOf),

    mayDecrypt: (label) => {
      const key = keyOf(label)
      return key === undefined ? undefined : read(key, CKA.DECRYPT)[0] === 1
    },

    permit: (label, permitted) => {
      const key = keyOf(label)
      if (key === undefined) return false
      cryptoki.withMemory((memory) => {
        const attributes: Attribute[] = [
          [CKA.ENCRYPT, permitted],
          [CKA.DECRYPT, permitted],
        ]
        cryptoki.call('C_SetAttributeValue', session, key, template(memory, attributes), attributes.length)
      })
      return true
    },

    destroy: (label) => {
      const key = keyOf(label)
      if (key !== undefined) cryptoki.call('C_DestroyObject', session, key)
    },

    destroyAll: (org, labelStart) => {
      for (;;) {
        const keys = find([[CKA.ID, org]]).filter((key) => labelOf(key).startsWith(labelStart))
        if (keys.length === 0) return
        for (const key of keys) cryptoki.call('C_DestroyObject', session, key)
      }
    },

    seal: (label, plaintext, data) => {
      const key = keyOf(label)
      return key === undefined ? undefined : seal(key, plaintext, data)
    },

    open: (label, nonce, sealed, data) => {
      const key = keyOf(label)
      if (key === undefined) return undefined
      try {
        return run('Decrypt', key, nonce, data, sealed).output
      } catch (error) {
        if (!(error instanceof CryptokiFault) || error.call !== 'C_Decrypt') throw error
        const vague = error.rv === CKR_GENERAL_ERROR || error.rv === CKR_FUNCTION_FAILED
        if (error.rv === CKR_ENCRYPTED_DATA_INVALID || (vague && worksOtherwise(key, data)))
          throw new SealBroken()
        throw error
      }
    },
  }
}

function findSlot(cryptoki: Cryptoki, tokenLabel: string): number {
  return cryptoki.withMemory(({ put, words }) => {
    const count = words(mostSlots)
    const slots = words(...new Array<number>(mostSlots).fill(0))
    cryptoki.call('C_GetSlotList', 1, slots.at, count.at)
    const info = put(tokenInfoBytes)
    const found: number[] = []
    for (let index = 0; index < count.read(0); index++) {
      const slot = slots.read(index)
      try {
        cryptoki.call('C_GetTokenInfo', slot, info.at)
      } catch (error) {
        // One slot whose token is being pulled out must not hide the others.
        if (error instanceof CryptokiFault) continue
        throw error
      }
      const label = Buffer.from(info.octets.subarray(0, tokenLabelBytes)).toString('utf8').trimEnd()
      if (label === tokenLabel) found.push(slot)
    }
    if (found.length !== 1) throw new TokenNotFound(found.length === 0 ? 'no token' : 'several tokens')
    return found[0]!
  })
}

type Attribute = [type: number, value: number | boolean | string]

/** An array of CK_ATTRIBUTE: type, address and length of the value. */
function template({ put, words }: Memory, attributes: readonly Attribute[]): bigint {
  const rows = attributes.flatMap(([type, value]): (number | bigint)[] => {
    if (typeof value === 'number') return [type, words(value).at, 8]
    const octets = typeof value === 'boolean' ? Uint8Array.of(value ? 1 : 0) : Buffer.from(value, 'utf8')
    return [type, put(octets).at, octets.length]
  })
  return words(...rows).at
}
